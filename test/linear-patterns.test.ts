import { analyse } from 'scslre';
import { describe, expect, it } from 'vitest';
import { calledName, isNode, syntaxOfHouse } from './support/syntax.ts';

/**
 * Patterns that are slow on some text but only ever see text that the house has bounded: `file pattern`, and why.
 * Nothing else may be here.
 */
const bounded: Readonly<Record<string, string>> = {};

interface Pattern {
  readonly source: string;
  readonly flags: string;
}

/** Ways in which a pattern takes more than linear time: by backtracking, or by restarting at each character. */
function slowness({ source, flags }: Pattern): string[] {
  const { reports } = analyse({ source, flags }, { reportTypes: { Move: true, Self: true, Trade: true } });
  return reports.map(({ type, exponential }) => (exponential ? `${type}, exponential` : type));
}

describe('every regular expression in src/', () => {
  const house = syntaxOfHouse();
  const patterns = [...house].flatMap(([file, nodes]) =>
    nodes.flatMap(({ regex }) => {
      const { pattern: source, flags } = (regex ?? {}) as { pattern?: string; flags?: string };
      return source === undefined ? [] : [{ file, source, flags: flags ?? '' }];
    }),
  );

  it('takes time linear in the text, or sees only bounded text', () => {
    expect(patterns.length).toBeGreaterThan(50);
    const slow = patterns.flatMap((pattern) =>
      slowness(pattern).map((way) => [`${pattern.file} /${pattern.source}/`, way] as const),
    );
    expect(slow.filter(([name]) => bounded[name] === undefined)).toEqual([]);
    expect(Object.keys(bounded).filter((name) => !slow.some(([found]) => found === name))).toEqual([]);
  });

  it('is a literal: none is built from text at run time', () => {
    const made = [...house].flatMap(([file, nodes]) =>
      nodes
        .filter((node) => node.type === 'NewExpression' || node.type === 'CallExpression')
        .filter((node) => calledName(node) === 'RegExp')
        .map(() => file),
    );
    expect(made).toEqual([]);
  });
});

describe('the check', () => {
  it.each([
    ['^[+-]?(?:\\d+\\.?\\d*|\\.\\d+)$', 'Trade'], // as numbers were read once
    ['^arn:([a-z\\d-]+):forecast:.*:.*:.+$', 'Trade'],
    ['^(?:a+)+$', 'Self, exponential'],
    ['\\s+$', 'Move'],
  ])('finds that /%s/ is slow', (source, way) => {
    expect(slowness({ source, flags: '' })).toContain(way);
  });

  it('finds patterns in every kind of module', () => {
    const files = new Set(
      [...syntaxOfHouse()].filter(([, nodes]) => nodes.some((node) => isNode(node))).map(([file]) => file),
    );
    for (const file of ['schema/number-text.ts', 'job/shapes.ts', 'cli/main.ts', 'testing/generate.ts']) {
      expect(files).toContain(file);
    }
  });
});
