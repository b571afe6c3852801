import { costOptions } from './cost-options.ts';
import { judgingOptions, temporaryFolderOption } from './judging-options.ts';
import { choice, option, repeated, toggle, type CommandSpec } from './option-spec.ts';
import { s3Options, s3WriteOptions } from './s3-options.ts';
import {
  accuracyOption,
  choiceForEachOptions,
  frequencyOption,
  helpOption,
  plainDialectOptions,
  pointOption,
  progressOption,
  threadsOption,
} from './shared-options.ts';

/** What a report can be written as. */
export const reportFormats = ['html', 'markdown', 'json'] as const;

/** The options of `report`. */
export const reportSpec: CommandSpec = {
  name: 'report',
  summary: 'Write a page that shows how good the predictor is, where it fails, and whether the export can be trusted',
  argument: 'EXPORT',
  details: [
    'One HTML file with charts and tables, below 3 MB for any export: it opens in any browser, loads nothing and sends nothing. ' +
      'Or the same as Markdown, for a pull request, or as JSON. docs/report.md explains each part.',
    'Reads every part once, and says what `summarize` and `verify` say. Without --output, HTML is written to JOB-report.html in the ' +
      'current folder; Markdown and JSON go to standard output, as any format does with --output -.',
    'An earlier report is replaced, any other file only with --overwrite (exit code 3). Exit code 0 once the report is written, ' +
      'whatever it says: `verify` is the command that fails.',
  ],
  options: [
    {
      ...option('output', 'FILE', 'Where the report is written, or - for standard output', 'JOB-report.html'),
      short: 'o',
    },
    choice('format', 'FORMAT', reportFormats, 'What to write:', 'by the ending of FILE (.html, .md, .json), else html'),
    toggle('json', 'Short for --format json: full precision, every figure'),
    toggle('overwrite', 'Replace FILE even if it is no report'),
    repeated('compare', 'OTHER', 'Another export to compare with, on the rows that all have; again for each'),
    option('items', 'N', 'Items in each list: costliest, worst and best', '10'),
    repeated('item', 'ID', 'Draw the forecasts of this item too; again for each'),
    option(
      'rank',
      'METRIC',
      'Metric by which items are the worst and the best',
      'WAPE, or averageWQL without a point forecast',
    ),
    pointOption,
    ...costOptions,
    ...judgingOptions,
    accuracyOption,
    ...choiceForEachOptions,
    frequencyOption,
    threadsOption,
    temporaryFolderOption,
    ...plainDialectOptions,
    ...s3Options,
    ...s3WriteOptions,
    progressOption,
    helpOption,
  ],
  examples: [
    'report exports/bike',
    'report exports/bike -o bike.html --item item_0019 --history training.csv',
    'report exports/new --compare exports/old --under 6 --over 1',
    'report s3://bucket/bike --format markdown > comment.md',
  ],
};
