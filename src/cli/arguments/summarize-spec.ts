import type { CommandSpec } from './option-spec.ts';
import { choiceOptions, dialectOptions, helpOption, jsonOption, pointOption, readingOption } from './shared-options.ts';

/** The options of `summarize`. */
export const summarizeSpec: CommandSpec = {
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
