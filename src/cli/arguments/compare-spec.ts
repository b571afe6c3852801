import { choice, option, toggle, type CommandSpec } from './option-spec.ts';
import {
  choiceForEachOptions,
  dialectOptions,
  formatOptions,
  helpOption,
  progressOption,
  maxGroupsOption,
  pointOption,
  readingOption,
} from './shared-options.ts';
import { s3Options } from './s3-options.ts';

/** The options of `compare`. */
export const compareSpec: CommandSpec = {
  name: 'compare',
  summary: 'Compare exports: the same export row by row, several predictors by their metrics',
  argument: 'A B [C …]',
  details: [
    'Two exports of the same job and time are compared row by row, whatever their formats: rows that only one side has, ' +
      'cells that differ, and the greatest difference in each column. Any others are compared by their metrics, on the rows ' +
      'that all of them have, with the skill of each relative to A; three or more also get a leaderboard.',
    'Exit code 0 if they are equal, 1 if they differ, 2 if they could not be compared.',
  ],
  options: [
    choice('on', 'WHAT', ['rows', 'metrics'], 'What to compare:', 'rows for the same job and time, else metrics'),
    option(
      'tolerance',
      'X',
      'Relative difference up to which two numbers count as equal, such as 1e-9',
      '0, identical bits',
    ),
    option('metric', 'LIST', 'Metrics to compare: averageWQL, wQL[0.9], WAPE, RMSE …', 'all'),
    option('by', 'LIST', 'Also compare metrics by any of window, item, step and the dimensions'),
    readingOption,
    { ...pointOption, default: 'mean if every export has it, else p50' },
    toggle(
      'intervals',
      'Also print the difference from A in each metric with its 95% confidence interval, and the items won and lost; reads twice more',
    ),
    option('max-places', 'N', 'Places to list for each kind of difference; all are counted', '10'),
    option(
      'max-held-rows',
      'N',
      'Maximum number of rows in memory where the sides are in different orders, 75 to 150 bytes each',
      '1000000',
    ),
    maxGroupsOption,
    ...choiceForEachOptions,
    ...formatOptions('markdown'),
    ...dialectOptions,
    ...s3Options,
    progressOption,
    helpOption,
  ],
  examples: [
    'compare exports/bike exports/bike-parquet',
    'compare exports/before exports/after --on rows --tolerance 1e-9',
    'compare exports/cnn exports/prophet exports/ets --metric averageWQL,WAPE --format markdown',
    'compare exports/cnn exports/prophet --metric WAPE,averageWQL --intervals',
    'compare exports/shared exports/shared --exported-at 2021-12-07T02-00-00Z,latest',
  ],
};
