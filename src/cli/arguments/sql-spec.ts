import { dialectNames } from '../../sql/dialects/dialect.ts';
import { choice, option, type CommandSpec } from './option-spec.ts';
import { s3Options } from './s3-options.ts';
import { choiceOptions, dialectOptions, helpOption, pointOption } from './shared-options.ts';

/** The options of `sql`. */
export const sqlSpec: CommandSpec = {
  name: 'sql',
  summary: 'Print SQL that summarizes or checks an export in Athena, Trino, Spark or DuckDB',
  argument: 'FOLDER',
  details: [
    'Statements ready to paste: tables over the files of the export, the query of counts and sums that figures are made of, the ' +
      'query of items and files, and the statements that drop the tables. Reads headers and footers only, and runs nothing.',
    'Sums come in levels, so that they are exact to the last bit. examples/sql/figures.py turns them into figures, and docs/sql.md ' +
      'says what each column means. Only files of the chosen export are read, whatever else is in its folder.',
  ],
  options: [
    choice('dialect', 'NAME', dialectNames, 'Whose SQL to write:'),
    choice('for', 'WHAT', ['summarize', 'verify'], 'The sums of a summary, or the checks of verify:', 'summarize'),
    option(
      'table',
      'NAME',
      'Table of the forecasted values, such as lake.bike; that of the metrics is NAME_accuracy_metrics',
      'forecasted_values and accuracy_metrics_values',
    ),
    option('by', 'LIST', 'Group by any of window, item, step and the dimensions, separated by commas', 'window'),
    choice('sums', 'HOW', ['exact', 'plain'], "Levels of exact sums, or the engine's own SUM:", 'exact'),
    pointOption,
    option(
      'location',
      'URI',
      'Where the engine finds FOLDER, if under another name: s3://…, s3a://…, a mounted folder',
    ),
    ...choiceOptions,
    ...dialectOptions.filter(({ name }) => name === 'index-columns' || name === 'drop-columns'),
    ...s3Options,
    helpOption,
  ],
  examples: [
    'sql s3://exports/bike --dialect athena --table lake.bike > bike.sql',
    'sql exports/bike --dialect duckdb --by item | duckdb -csv',
    'sql exports/bike --dialect trino --for verify --location s3://exports/bike',
    'sql exports/bike --dialect spark --location s3a://exports/bike --sums plain',
  ],
};
