import { tableNames } from '../../schema/schema.ts';
import type { CommandSpec } from './option-spec.ts';
import { choiceOptions, dialectOptions, helpOption, jsonOption } from './shared-options.ts';

/** The options of `head`. */
export const headSpec: CommandSpec = {
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
