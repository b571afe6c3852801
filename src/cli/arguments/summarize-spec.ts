import { costOptions } from './cost-options.ts';
import { option, toggle, type CommandSpec } from './option-spec.ts';
import {
  choiceOptions,
  dialectOptions,
  formatOptions,
  frequencyOption,
  helpOption,
  progressOption,
  maxGroupsOption,
  pointOption,
  readingOption,
  threadsOption,
  worstOption,
} from './shared-options.ts';
import { engineOptions, sumsOption } from './engine-options.ts';
import { s3Options } from './s3-options.ts';

/** The options of `summarize`. */
export const summarizeSpec: CommandSpec = {
  name: 'summarize',
  summary: "Compute a predictor's accuracy from its forecasted values",
  argument: 'FOLDER',
  details: [
    'wQL, WAPE, RMSE, MAPE, MAE, bias, coverage and interval widths by backtest window and over all windows, as Amazon ' +
      'Forecast defines them. Figures are identical to the last bit for any number of threads.',
    'Also shows how the metrics that the export holds for each item (accuracy-metrics-values) are distributed over items.',
    'A damaged part stops the command unless --skip-bad-parts is given; then the result lists what was left out.',
    'With --engine an engine reads the forecasted values where they lie, and the result is the same to the last bit. DuckDB reads ' +
      'the files; Trino and Athena need a table over them, which is made and dropped again unless --table names one. Trino takes ' +
      'a password or a token from the environment: TRINO_PASSWORD, TRINO_ACCESS_TOKEN.',
  ],
  options: [
    ...choiceOptions,
    option('by', 'LIST', 'Group by any of window, item, step and the dimensions, separated by commas'),
    worstOption,
    readingOption,
    pointOption,
    ...costOptions,
    maxGroupsOption,
    frequencyOption,
    toggle('no-accuracy-metrics', 'Read only the forecasted values, not the accuracy metrics beside them'),
    toggle('skip-bad-parts', 'Continue without damaged parts, and list them in the result'),
    threadsOption,
    ...formatOptions('csv', 'markdown'),
    toggle(
      'guard-formulas',
      "With --format csv: put ' before texts that a spreadsheet would run as formulas; changes the data",
    ),
    ...dialectOptions,
    ...s3Options,
    ...engineOptions,
    sumsOption,
    progressOption,
    helpOption,
  ],
  examples: [
    'summarize exports/bike',
    'summarize exports/bike --by item --worst WAPE:10',
    'summarize exports/bike --by window,step --format csv > steps.csv',
    'summarize exports/bike --under 6 --over 1',
    'summarize exports/bike --engine duckdb',
    'summarize s3://bucket/bike --engine athena --database lake --dry-run',
  ],
};
