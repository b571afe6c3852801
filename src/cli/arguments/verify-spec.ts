import { option, type CommandSpec } from './option-spec.ts';
import {
  choiceOptions,
  formatOptions,
  frequencyOption,
  helpOption,
  progressOption,
  plainDialectOptions,
  threadsOption,
} from './shared-options.ts';
import { accuracyTableOption, engineOptions } from './engine-options.ts';
import { s3Options } from './s3-options.ts';

/** The options of `verify`. */
export const verifySpec: CommandSpec = {
  name: 'verify',
  summary: 'Check an export: its folder, its rows, both tables against each other, the arithmetic of its metrics',
  argument: 'FOLDER',
  details: [
    'Finds missing, repeated and foreign parts, merged exports, duplicate rows by their cause, rows outside their window, ' +
      'missing steps and values, and anything that only one of the two tables has. Recomputes every Computed row from the ' +
      'forecasts, and every Summary row from its Computed rows. docs/verify.md explains each rule.',
    'With --engine an engine reads both tables where they lie: DuckDB, Trino or Athena, as of summarize. What SQL cannot check is ' +
      'among what was not checked.',
    'Anything that cannot be checked is reported, and never counts as passed.',
    'Exit code 0 without errors (warnings are allowed), 1 with errors, 2 if the export could not be checked.',
  ],
  options: [
    ...choiceOptions,
    option('max-places', 'N', 'Places to list for each finding; all are counted', '10'),
    option('rule', 'LIST', 'Change the severity of rules, such as FORECAST_NEGATIVE=off,ACTUAL_MISSING=error'),
    option('tolerance', 'X', 'Relative difference up to which metrics count as equal', '1e-9'),
    option('history', 'LIST', 'CSV files of the target time series, separated by commas, to recompute MASE'),
    option(
      'history-target',
      'NAME',
      'Column of the history that holds the values',
      'target_value, or the only column left',
    ),
    option(
      'history-columns',
      'LIST',
      'Columns of the history by name or position, such as item=sku,time=date,value=3, or a dimension',
      'named as in the export',
    ),
    option('season', 'N', 'Season of MASE, in steps', '24 for hours, 7 for days, 12 for months …'),
    frequencyOption,
    threadsOption,
    option(
      'temporary-folder',
      'FOLDER',
      'Where to put keys that do not fit in memory',
      "the system's folder for temporary files",
    ),
    ...formatOptions('markdown'),
    ...plainDialectOptions,
    ...s3Options,
    ...engineOptions,
    accuracyTableOption,
    progressOption,
    helpOption,
  ],
  examples: [
    'verify exports/bike',
    'verify exports/bike --rule FORECAST_NEGATIVE=off --json',
    'verify exports/bike --history training.csv --season 24',
    'verify exports/bike --engine duckdb',
  ],
};
