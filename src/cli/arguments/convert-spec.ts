import { columnNamings } from '../../schema/column-naming.ts';
import { tableNames } from '../../schema/schema.ts';
import { choice, option, toggle, type CommandSpec } from './option-spec.ts';
import {
  choiceOptions,
  depthOption,
  dialectOptions,
  helpOption,
  progressOption,
  jsonOption,
  overwriteOption,
} from './shared-options.ts';
import { s3CopyOptions } from './s3-options.ts';

/** The options of `convert`. */
export const convertSpec: CommandSpec = {
  name: 'convert',
  summary: 'Write an export as CSV or Parquet, and prove that nothing was lost',
  argument: 'SOURCE DEST',
  details: [
    'Writes both tables with the same job, time and part numbers. Before a file gets its final name, it is read back and ' +
      'compared with its source; SOURCE is never changed. CSV converted to Parquet and back is the same byte for byte.',
    'Text that could not be restored (such as 1.50, which would come back as 1.5) stops the command with its place, ' +
      'unless --lossy is given; then it is listed.',
    'With --all, what was converted before with the same options from the same files is left alone, and an export that fails does ' +
      'not stop the others. After an interruption the same command continues.',
    'A DEST that ends in .csv or .parquet is a file: one table, all its parts in order. A folder of such a name is written with ' +
      'a slash at its end.',
  ],
  options: [
    choice('to', 'FORMAT', ['csv', 'parquet'], 'Format to write, required unless DEST is named like a file:'),
    choice('table', 'TABLE', tableNames, 'Table to write into a file:', 'forecasted-values, if present'),
    option(
      'compression',
      'CODEC',
      'Compression of Parquet: snappy, gzip, zstd, zstd:LEVEL (1 to 22) or uncompressed',
      'snappy',
    ),
    toggle(
      'byte-stream-split',
      'Write numbers in the Parquet encoding BYTE_STREAM_SPLIT where that makes them smaller',
    ),
    toggle('bloom-filter', 'Add Bloom filters of item ids to Parquet, for look-ups where items are in no order'),
    option('rows-per-part', 'N', 'Maximum number of rows in a part', 'the parts of SOURCE'),
    choice(
      'column-names',
      'NAMING',
      columnNamings,
      'Names of columns: as Forecast writes them (wQL[0.1]) or fit for Athena (wql_0_1):',
      'as in SOURCE',
    ),
    option('threads', 'N', 'Threads that convert parts', 'one per core'),
    toggle('lossy', 'Continue where text could not be restored, and list it'),
    toggle('guard-formulas', "Put ' before CSV texts that a spreadsheet would run as formulas; changes the data"),
    toggle(
      'all',
      'Convert every export in SOURCE and in the folders below it, each into a folder of its own below DEST',
    ),
    option(
      'layout',
      'LAYOUT',
      'With --all, the folder of each export: hive (job=NAME/exported_at=TIME), flat (NAME_TIME), mirror (as in SOURCE), or made of {job}, {time}, {date} and {path}',
      'hive',
    ),
    depthOption,
    toggle('skip-existing', 'With --all, leave an export that DEST has, whatever it was made of'),
    toggle('dry-run', 'With --all, say what would be done and write nothing'),
    toggle('fail-fast', 'With --all, end with the first export that fails'),
    overwriteOption,
    ...choiceOptions,
    jsonOption,
    ...dialectOptions,
    ...s3CopyOptions,
    progressOption,
    helpOption,
  ],
  examples: [
    'convert exports/bike bike.parquet --column-names athena',
    'convert exports/bike exports/bike-parquet --to parquet',
    'convert --all s3://bucket/exports s3://lake/forecasts --to parquet --column-names athena',
    'convert exports/bike-parquet bike-csv --to csv --guard-formulas',
    'convert from-excel.csv exports/bike --to parquet --delimiter ";" --decimal ,',
  ],
};
