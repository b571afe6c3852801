import { option, type CommandSpec } from './option-spec.ts';
import {
  choiceOptions,
  depthOption,
  dialectOptions,
  helpOption,
  jsonOption,
  progressOption,
} from './shared-options.ts';
import { s3Options } from './s3-options.ts';

/** The options of `inspect`. */
export const inspectSpec: CommandSpec = {
  name: 'inspect',
  summary: 'List the exports in a folder: jobs, times, parts, columns, oddities',
  argument: 'FOLDER',
  details: [
    'Reads names, sizes and headers, and the text of the first rows, to warn of cells that a spreadsheet would run as ' +
      'formulas. FOLDER may also be a single part file or a folder of part files.',
    'Where FOLDER itself has no export, as a bucket (s3://bucket), those in the folders below it are listed, by names and sizes.',
  ],
  options: [
    ...choiceOptions,
    option(
      'scan-rows',
      'N',
      'Rows of each table to search for formulas, spread over its parts: a number, or all',
      '500000',
    ),
    depthOption,
    ...dialectOptions,
    jsonOption,
    ...s3Options,
    progressOption,
    helpOption,
  ],
  examples: ['inspect exports/bike', 'inspect exports/bike --exported-at latest --json'],
};
