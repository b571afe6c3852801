import type { CommandSpec } from './option-spec.ts';
import { choiceOptions, dialectOptions, helpOption, jsonOption } from './shared-options.ts';

/** The options of `convert`. */
export const convertSpec: CommandSpec = {
  name: 'convert',
  summary: 'Write an export as CSV or Parquet, and prove that nothing was lost',
  argument: 'SOURCE DEST',
  details: [
    'Both tables, with the same job, time and part numbers. Every file is read back and compared with what was read before ' +
      'it gets its name; SOURCE is only read. CSV becomes Parquet and CSV again byte for byte.',
    'What could not be restored (such as 1.50, which is written as 1.5) stops the command and is named with its place, ' +
      'unless --lossy is given; then it is listed.',
  ],
  options: [
    { name: 'to', value: 'FORMAT', choices: ['csv', 'parquet'], help: 'What to write; needed: csv or parquet' },
    {
      name: 'compression',
      value: 'CODEC',
      choices: ['snappy', 'gzip', 'zstd', 'uncompressed'],
      help: 'How Parquet is packed: snappy, gzip, zstd or uncompressed',
      default: 'snappy',
    },
    { name: 'rows-per-part', value: 'N', help: 'Rows of a part at most', default: 'the parts of SOURCE' },
    { name: 'threads', value: 'N', help: 'Threads that convert parts', default: 'one per core' },
    { name: 'lossy', help: 'Go on where text could not be restored, and list it' },
    { name: 'guard-formulas', help: "Put ' before text cells of CSV that a spreadsheet would run; changes data" },
    { name: 'overwrite', help: 'Replace this export where DEST holds it, once the new one is complete' },
    ...choiceOptions,
    jsonOption,
    ...dialectOptions,
    helpOption,
  ],
  examples: [
    'convert exports/bike exports/bike-parquet --to parquet',
    'convert exports/bike-parquet bike-csv --to csv --guard-formulas',
    'convert from-excel.csv exports/bike --to parquet --delimiter ";" --decimal ,',
  ],
};
