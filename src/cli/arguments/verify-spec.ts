import type { CommandSpec } from './option-spec.ts';
import { choiceOptions, dialectOptions, helpOption, jsonOption } from './shared-options.ts';

/** The options of `verify`. */
export const verifySpec: CommandSpec = {
  name: 'verify',
  summary: 'Check an export: its folder, its rows, both tables against each other, the arithmetic of its metrics',
  argument: 'FOLDER',
  details: [
    'Finds missing, repeated and foreign parts, merged exports, duplicate rows told apart by their cause, rows outside of ' +
      'their window, missing steps and numbers, and what only one of the two tables has. Every Computed row is computed again ' +
      'from the forecasts, every Summary row from its Computed rows. docs/verify.md explains each rule.',
    'What cannot be checked is said, and never counts as passed.',
    'Exit code 0 without errors (warnings are allowed), 1 with errors, 2 when the export could not be checked.',
  ],
  options: [
    ...choiceOptions,
    { name: 'max-findings', value: 'N', help: 'Places to list of each finding; all are counted', default: '10' },
    {
      name: 'rule',
      value: 'LIST',
      help: 'Another severity for rules, such as FORECAST_NEGATIVE=off,ACTUAL_MISSING=error',
    },
    { name: 'tolerance', value: 'X', help: 'Relative difference up to which metrics are the same', default: '1e-9' },
    {
      name: 'history',
      value: 'LIST',
      help: 'CSV files of the target time series, with commas between, to compute MASE again',
    },
    {
      name: 'history-target',
      value: 'NAME',
      help: 'Column of the history that holds the values',
      default: 'target_value, or the only one left',
    },
    {
      name: 'history-columns',
      value: 'LIST',
      help: 'Which columns of the history are what, by name or place, such as item=sku,time=date,value=3, or a dimension',
      default: 'named as in the export',
    },
    {
      name: 'season',
      value: 'N',
      help: 'Season of MASE in steps',
      default: '24 for hours, 7 for days, 12 for months …',
    },
    { name: 'frequency', value: 'STEP', help: 'Step between timestamps: H, 30min, D, W, M …', default: 'inferred' },
    { name: 'threads', value: 'N', help: 'Threads that read parts', default: 'one per core' },
    {
      name: 'temporary-folder',
      value: 'FOLDER',
      help: 'Where keys go that do not fit into memory',
      default: 'where the system keeps temporary files',
    },
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['table', 'json', 'markdown'],
      help: 'How to print the result: table, json or markdown',
      default: 'table',
    },
    { ...jsonOption, help: 'Short for --format json: full precision, every figure' },
    ...dialectOptions.filter(({ name }) => name !== 'repeated-headers'),
    helpOption,
  ],
  examples: [
    'verify exports/bike',
    'verify exports/bike --rule FORECAST_NEGATIVE=off --json',
    'verify exports/bike --history training.csv --season 24',
  ],
};
