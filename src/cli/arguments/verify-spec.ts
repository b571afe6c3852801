import type { CommandSpec } from './option-spec.ts';
import { judgingOptions, maxPlacesOption, temporaryFolderOption } from './judging-options.ts';
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
    'With --engine an engine reads both tables where they lie: DuckDB, Trino or Athena, as `summarize` has it. What SQL cannot ' +
      'check is listed as not checked.',
    'Anything that cannot be checked is reported, and never counts as passed.',
    'Exit code 0 without errors (warnings are allowed), 1 with errors, 2 if the export could not be checked.',
  ],
  options: [
    ...choiceOptions,
    maxPlacesOption,
    ...judgingOptions,
    frequencyOption,
    threadsOption,
    temporaryFolderOption,
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
