import type { CommandSpec } from './option-spec.ts';
import { dialectOptions, helpOption, jsonOption, pointOption, readingOption } from './shared-options.ts';

/** The options of `compare`. */
export const compareSpec: CommandSpec = {
  name: 'compare',
  summary: 'Compare exports: the same export row by row, several predictors by their metrics',
  argument: 'A B [C …]',
  details: [
    'Two exports of one job and time are compared row by row, whatever their formats: rows that only one side has, cells ' +
      'that differ, and the greatest difference of each column. Others are compared by their metrics, on the rows that all ' +
      'of them have, with the skill of each against A; three and more get a leaderboard.',
    'Exit code 0 when they are equal, 1 when they differ, 2 when they could not be compared.',
  ],
  options: [
    {
      name: 'on',
      value: 'WHAT',
      choices: ['rows', 'metrics'],
      help: 'Compare rows or metrics',
      default: 'rows for one job and time, metrics for others',
    },
    {
      name: 'tolerance',
      value: 'X',
      help: 'Relative difference up to which two numbers are the same, such as 1e-9',
      default: '0, the same bits',
    },
    { name: 'metric', value: 'LIST', help: 'Metrics to compare: averageWQL, wQL[0.9], WAPE, RMSE …', default: 'all' },
    { name: 'by', value: 'LIST', help: 'Compare metrics by any of window, item, step and the dimensions as well' },
    readingOption,
    { ...pointOption, default: 'mean where every export has it, else p50' },
    { name: 'places', value: 'N', help: 'Places to list of each kind of difference', default: '10' },
    {
      name: 'max-held-rows',
      value: 'N',
      help: 'Rows to hold in memory where the sides are in different orders, 75 to 150 bytes each',
      default: '1000000',
    },
    { name: 'max-groups', value: 'N', help: 'Most groups to hold in memory', default: '1000000' },
    { name: 'job', value: 'LIST', help: 'The export job of each, or one for all, where a folder holds several' },
    {
      name: 'exported-at',
      value: 'LIST',
      help: 'Which export of a job: latest or its time, one for all or one for each',
    },
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['table', 'json', 'markdown'],
      help: 'How to print the result: table, json or markdown',
      default: 'table',
    },
    { ...jsonOption, help: 'Short for --format json: full precision, every figure' },
    ...dialectOptions,
    helpOption,
  ],
  examples: [
    'compare exports/bike exports/bike-parquet',
    'compare exports/before exports/after --on rows --tolerance 1e-9',
    'compare exports/cnn exports/prophet exports/ets --metric averageWQL,WAPE --format markdown',
    'compare exports/shared exports/shared --exported-at 2021-12-07T02-00-00Z,latest',
  ],
};
