import { maxPlacesOption } from './judging-options.ts';
import { choice, option, toggle, type CommandSpec } from './option-spec.ts';
import {
  choiceOptions,
  dialectOptions,
  frequencyOption,
  helpOption,
  maxGroupsOption,
  pointOption,
} from './shared-options.ts';
import { s3Options } from './s3-options.ts';

/** What a plan can be for. */
export const purposes = ['summarize', 'verify'] as const;

/** The options of `plan`. */
export const planSpec: CommandSpec = {
  name: 'plan',
  summary: 'Split the work on an export: print a line of JSON for each part',
  argument: 'FOLDER',
  details: [
    'For exports that are too large for one machine: each line tells `map` all it needs to read one part, on any machine that ' +
      'reaches FOLDER. `reduce` merges what they print into the summary of `summarize`, to the last bit, or with --for verify into the ' +
      'report of `verify`. Spark, Lambda, Batch or GNU parallel run the lines; docs/scale.md shows how.',
    'A line holds the size and the version of its part (the ETag in S3): `map` refuses one that has changed since.',
  ],
  options: [
    ...choiceOptions,
    choice('for', 'WHAT', purposes, 'What the lines are for:', 'summarize'),
    option('by', 'LIST', 'Group by any of window, item, step and the dimensions, separated by commas'),
    pointOption,
    maxGroupsOption,
    frequencyOption,
    toggle('no-accuracy-metrics', 'Read only the forecasted values, not the accuracy metrics beside them'),
    toggle('skip-bad-parts', 'Continue without damaged parts, and list them in the result'),
    {
      ...maxPlacesOption,
      help: 'With --for verify: places to list for each finding; all are counted',
    },
    ...dialectOptions,
    ...s3Options,
    helpOption,
  ],
  examples: [
    'plan exports/bike > plan.jsonl',
    'plan s3://bucket/bike --by item | split --lines 1 - parts/',
    'plan exports/bike | backtest-export map | backtest-export reduce',
  ],
};
