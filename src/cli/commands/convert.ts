import type { ConvertOptions } from '../../convert/conversion.ts';
import { convertExport } from '../../convert/convert-export.ts';
import { convertTable, type ConvertTableOptions } from '../../convert/convert-table.ts';
import { given } from '../../given.ts';
import { parsePartExtension } from '../../naming/part-extension.ts';
import { tableNames } from '../../schema/schema.ts';
import { openAbove, openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { conversionOptions, formatToWrite } from '../arguments/conversion-options.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { s3Access } from '../arguments/s3-options.ts';
import { describeConversion, describeTableConversion } from '../../show/results/conversion.ts';
import { printDocument } from '../print/print-document.ts';
import { withProgress } from '../print/with-progress.ts';
import { exit, type CommandContext } from './context.ts';
import { convertAll } from './convert-all.ts';
import { openWithWarnings } from './open-with-warnings.ts';

/** `convert`: a whole export in the other format or rewritten in the same one, one table as a file, or many exports. */
export async function convertCommand(context: CommandContext): Promise<number> {
  const { flags } = context;
  const [source = '', destination = ''] = flags.arguments(2, 2);
  if (flags.has('all')) return convertAll(context, source, destination);
  const idle = onlyOfAll.find((name) => flags.has(name));
  if (idle !== undefined) throw usageError(`--${idle} works with --all only`);
  if (parsePartExtension(destination) !== undefined) return writeFile(context, source, destination);
  if (flags.has('table')) throw usageError('--table works with a DEST that ends in .csv or .parquet only');
  const options: ConvertOptions = { ...conversionOptions(flags), format: formatToWrite(flags) };
  const target = openTarget(flags, destination);
  const opened = await openWithWarnings(context, source);
  const { signal } = context;
  const result = await withProgress(context, (onProgress) =>
    convertExport(opened, target, { ...options, signal, onProgress }),
  );
  await printDocument(context, describeConversion(result), flags.format());
  return exit.fine;
}

const onlyOfAll = ['layout', 'depth', 'skip-existing', 'dry-run', 'fail-fast'];

/** DEST is a file by its name: one table, all parts of it. */
async function writeFile(context: CommandContext, source: string, file: string): Promise<number> {
  const { flags, signal } = context;
  const format = formatToWrite(flags, parsePartExtension(file)?.format);
  const { rowsPerPart, ...others } = conversionOptions(flags);
  if (rowsPerPart !== undefined)
    throw usageError('--rows-per-part: expected a folder as DEST, found the name of a file');
  const options: ConvertTableOptions = { ...others, format, ...given({ table: flags.choice('table', tableNames) }) };
  const target = openTarget(flags, file);
  const folder = openAbove(target);
  const [name, storage] = folder === undefined ? [file, {}] : [target.folderName, { storage: folder }];
  const opened = await openWithWarnings(context, source);
  const result = await withProgress(context, (onProgress) =>
    convertTable(opened, name, { ...options, ...storage, signal, onProgress }),
  );
  await printDocument(context, describeTableConversion({ ...result, file }), flags.format());
  return exit.fine;
}

function openTarget(flags: Flags, destination: string): Storage {
  return openStorage(destination, { s3: s3Access(flags, 'dest'), side: 'destination' });
}
