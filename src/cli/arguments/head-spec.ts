import { tableNames } from '../../schema/schema.ts';
import { choice, option, toggle, type CommandSpec } from './option-spec.ts';
import { choiceOptions, columnsOption, dialectOptions, helpOption } from './shared-options.ts';
import { s3Options } from './s3-options.ts';

/** The options of `head`. */
export const headSpec: CommandSpec = {
  name: 'head',
  summary: 'Show the first rows of a table',
  argument: 'FOLDER',
  details: [
    'Reads no further than it needs to. The table shows six significant digits of each number; --json shows them all.',
  ],
  options: [
    ...choiceOptions,
    choice('table', 'TABLE', tableNames, 'Table to show:', 'forecasted-values, if present'),
    option('rows', 'N', 'Number of rows', '10'),
    columnsOption,
    ...dialectOptions,
    toggle('json', 'Print each row as a JSON object on a line of its own'),
    ...s3Options,
    helpOption,
  ],
  examples: ['head exports/bike --rows 3', 'head exports/bike --table accuracy-metrics-values --json'],
};
