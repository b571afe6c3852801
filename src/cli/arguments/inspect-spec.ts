import type { CommandSpec } from './option-spec.ts';
import { choiceOptions, dialectOptions, helpOption, jsonOption } from './shared-options.ts';

/** The options of `inspect`. */
export const inspectSpec: CommandSpec = {
  name: 'inspect',
  summary: 'List the exports in a folder: jobs, times, parts, columns, oddities',
  argument: 'FOLDER',
  details: [
    'Reads names, sizes and headers, and the texts of the first rows, to warn of cells that a spreadsheet would run as ' +
      'formulas. FOLDER may also be one part file, or a folder of part files.',
  ],
  options: [
    ...choiceOptions,
    {
      name: 'scan-rows',
      value: 'N',
      help: 'Rows of each table to look through for formulas, spread over its parts: a number, or all',
      default: '500000',
    },
    ...dialectOptions,
    jsonOption,
    helpOption,
  ],
  examples: ['inspect exports/bike', 'inspect exports/bike --exported-at latest --json'],
};
