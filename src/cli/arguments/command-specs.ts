import { tableNames } from '../../schema/schema.ts';
import type { CommandSpec } from './option-spec.ts';
import { compareSpec } from './compare-spec.ts';
import { convertSpec } from './convert-spec.ts';
import { generateSpec } from './generate-spec.ts';
import { serveSpec } from './serve-spec.ts';
import { repairSpec } from './repair-spec.ts';
import { verifySpec } from './verify-spec.ts';
import { choiceOptions, dialectOptions, helpOption, jsonOption, pointOption, readingOption } from './shared-options.ts';

const inspectSpec: CommandSpec = {
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

const summarizeSpec: CommandSpec = {
  name: 'summarize',
  summary: "Compute a predictor's accuracy from its forecasted values",
  argument: 'FOLDER',
  details: [
    'wQL, WAPE, RMSE, MAPE, MAE, bias, coverage and interval widths by backtest window and over all windows, with the ' +
      'definitions of Amazon Forecast; figures are the same to the last bit for any number of threads.',
    'Of the metrics that the export holds for each item (accuracy-metrics-values) it shows how they spread over items.',
    'A damaged part stops the command unless --skip-bad-parts is given; then the result names what was left out.',
  ],
  options: [
    ...choiceOptions,
    { name: 'by', value: 'LIST', help: 'Group by any of window, item, step and the dimensions, with commas between' },
    {
      name: 'worst',
      value: 'METRIC:N',
      help: 'Only the N worst groups by a metric: averageWQL, wQL[0.9], WAPE, RMSE, MAPE, MAE, bias, coverage[0.9] …',
    },
    readingOption,
    pointOption,
    { name: 'max-groups', value: 'N', help: 'Most groups to hold in memory', default: '1000000' },
    { name: 'frequency', value: 'STEP', help: 'Step between timestamps: H, 30min, D, W, M …', default: 'inferred' },
    { name: 'no-accuracy-metrics', help: 'Read the forecasted values only, not the metrics of items beside them' },
    { name: 'skip-bad-parts', help: 'Go on without damaged parts, and say so in the result' },
    { name: 'threads', value: 'N', help: 'Threads that read parts', default: 'one per core' },
    {
      name: 'format',
      value: 'FORMAT',
      choices: ['table', 'json', 'csv', 'markdown'],
      help: 'How to print the result: table, json, csv or markdown',
      default: 'table',
    },
    { ...jsonOption, help: 'Short for --format json: full precision, every figure' },
    {
      name: 'guard-formulas',
      help: "With --format csv: put ' before texts that a spreadsheet would run; changes data",
    },
    ...dialectOptions,
    helpOption,
  ],
  examples: [
    'summarize exports/bike',
    'summarize exports/bike --by item --worst WAPE:10',
    'summarize exports/bike --by window,step --format csv > steps.csv',
  ],
};

const headSpec: CommandSpec = {
  name: 'head',
  summary: 'Show the first rows of a table',
  argument: 'FOLDER',
  details: ['Reads only as far as it needs to. The table shows six digits of a number; --json has all.'],
  options: [
    ...choiceOptions,
    {
      name: 'table',
      value: 'TABLE',
      choices: [...tableNames],
      help: 'forecasted-values or accuracy-metrics-values',
      default: 'forecasted-values, if there is one',
    },
    { name: 'rows', value: 'N', help: 'How many rows', default: '10' },
    {
      name: 'columns',
      value: 'LIST',
      help: String.raw`Columns by their names, with commas between (\, is a comma in a name)`,
      default: 'all',
    },
    ...dialectOptions,
    { ...jsonOption, help: 'Print one JSON object per row and line' },
    helpOption,
  ],
  examples: ['head exports/bike --rows 3', 'head exports/bike --table accuracy-metrics-values --json'],
};

/** Every command, in the order of help. */
export const commandSpecs: readonly CommandSpec[] = [
  inspectSpec,
  summarizeSpec,
  headSpec,
  convertSpec,
  repairSpec,
  compareSpec,
  verifySpec,
  generateSpec,
  serveSpec,
];
