import { expect, it } from 'vitest';
import { calledName, isNode, syntaxOfHouse } from './support/syntax.ts';

/**
 * Calls whose arguments are spread from a list that cannot become long: `file function`, and why. Arguments stand on the
 * stack: a list of some 100,000 ends in `Maximum call stack size exceeded`. Nothing else may be here.
 */
const bounded: Readonly<Record<string, string>> = {
  'cli/print/help.ts max': 'options of a command',
  'show/layout/table.ts max': 'columns that are shown',
  'compare/find-common-rows.ts joinTables': 'two sides',
  'compare/join-tables.ts walkRows': 'two sides',
  'job/fault-rules.ts push': 'failures that one call adds, of which there are at most 1,000',
  'job/job-store.ts unshift': 'changes that wait to be saved: as many as requests at a time, which are limited',
  'metrics/forecast/grouping-plan.ts max': 'keys to group by',
  'storage/guard/guard-file.ts ': 'arguments of a method',
  'storage/guard/guard-storage.ts ': 'arguments of a method',
  'storage/guard/guard-writer.ts ': 'arguments of a method',
  'testing/defects/column-defects.ts unshift': 'columns of a row',
};

it('no call spreads a list that may become long', () => {
  const found = [...syntaxOfHouse()].flatMap(([file, nodes]) =>
    nodes
      .filter(({ type }) => type === 'CallExpression' || type === 'NewExpression')
      .filter((node) =>
        (node['arguments'] as unknown[]).some((argument) => isNode(argument) && argument.type === 'SpreadElement'),
      )
      .map((node) => `${file} ${calledName(node)}`),
  );
  expect([...new Set(found)].filter((name) => bounded[name] === undefined).sort()).toEqual([]);
  expect(Object.keys(bounded).filter((name) => !found.includes(name))).toEqual([]);
});
