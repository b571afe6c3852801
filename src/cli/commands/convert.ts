import type { ConvertOptions } from '../../convert/conversion.ts';
import { convertExport } from '../../convert/convert-export.ts';
import { given } from '../../given.ts';
import { compressions } from '../../parquet/codecs/compress.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { describeConversion } from '../documents/conversion.ts';
import { printDocument } from '../print/print-document.ts';
import { withProgress } from '../print/progress.ts';
import { exit, type CommandContext } from './context.ts';
import { openWithWarnings } from './open-with-warnings.ts';

/** `convert`: a whole export in the other format, or rewritten in the same one. */
export async function convertCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const [source = '', destination = ''] = flags.arguments(2, 2);
  const options = convertOptions(flags);
  const opened = await openWithWarnings(context, source);
  const result = await withProgress(context, (onProgress) =>
    convertExport(opened, destination, { ...options, signal, onProgress }),
  );
  await printDocument(context, describeConversion(result), flags.format());
  return exit.fine;
}

function convertOptions(flags: Flags): ConvertOptions {
  const to = flags.choice('to', ['csv', 'parquet']);
  if (to === undefined) throw usageError('--to: expected csv or parquet, found none');
  const compression = flags.choice('compression', compressions);
  if (compression !== undefined && to === 'csv') throw usageError('--compression works with --to parquet only');
  const guardFormulas = flags.has('guard-formulas');
  if (guardFormulas && to === 'parquet') throw usageError('--guard-formulas works with --to csv only');
  return given({
    format: to === 'csv' ? 'CSV' : 'PARQUET',
    compression,
    rowsPerPart: flags.count('rows-per-part'),
    threads: flags.count('threads'),
    guardFormulas,
    lossy: flags.has('lossy'),
    overwrite: flags.has('overwrite'),
  });
}
