import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingCodes, findingRules } from '#src/index.js';
import { notCheckedCodes, notCheckedReasons } from '#src/verify/base/rules.js';
import { exampleOf } from '../support/verify-example.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/verify.md'), 'utf8');
const sections = new Map(
  page.split(/^### (?=[A-Z]+_[A-Z_]+$)/m).map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

/** Escapes that Markdown needs, taken back. */
const plain = (text: string): string => text.replaceAll(/\\([[\]|])/g, '$1');

describe('docs/verify.md', () => {
  it('has a section for each rule, in the order of the list, and no other', () => {
    expect([...sections.keys()].slice(1)).toEqual([...findingCodes]);
  });

  it.each(findingCodes)('%s: its severity, and as its example what is printed', async (code) => {
    const section = sections.get(code) ?? '';
    expect(section).toMatch(findingRules[code].severity === 'error' ? /^Error\. /m : /^Warning\. /m);
    const blocks = [...section.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) =>
      block.replaceAll(/^ {4}/gm, '').trimEnd(),
    );
    expect(blocks[0]).toBe(await exampleOf(code));
  });

  it('has a row for everything that may not be checked, in order, with its reason', () => {
    const rows = [...page.matchAll(/^\| `([A-Z]+(?:_[A-Z]+)+)` +\| (.*?) +\|$/gm)];
    expect(rows.map(([, code, reason = '']) => [code, plain(reason)])).toEqual(
      notCheckedCodes.map((code) => [code, notCheckedReasons[code]]),
    );
  });
});
