import type { ConversionResult, ConvertOptions } from '../../convert/conversion.ts';
import { convertExport } from '../../convert/convert-export.ts';
import { openExport } from '../../export/open-export.ts';
import { compressions } from '../../parquet/codecs/compress.ts';
import { exit, warn, type CommandContext } from './context.ts';
import { conversionSections } from '../documents/conversion-sections.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { jsonDocument } from '../print/json.ts';
import { openOptions, sourceOf } from '../arguments/open-options.ts';
import { writePieces } from '../print/output.ts';
import { createProgress } from '../print/progress.ts';

/** `convert`: a whole export in the other format, or anew in the same one. */
export async function convertCommand(context: CommandContext): Promise<number> {
  const { flags, out } = context;
  const [source = '', destination = ''] = flags.arguments(2, 2);
  const options = convertOptions(flags);
  const opened = await openExport(sourceOf(flags, source), openOptions(flags, context.signal));
  for (const { code, message } of opened.warnings) await warn(context, code, message);
  const progress = createProgress(context.err, context.errStyle);
  let result: ConversionResult;
  try {
    result = await convertExport(opened, destination, {
      ...options,
      signal: context.signal,
      onProgress: (state) => progress.update(state),
    });
  } finally {
    await progress.end();
  }
  const pieces = flags.has('json') ? jsonDocument(result) : conversionSections(result, context.outStyle);
  await writePieces(out, pieces, context.signal);
  return exit.fine;
}

function convertOptions(flags: Flags): ConvertOptions {
  const to = flags.choice('to', ['csv', 'parquet']);
  if (to === undefined) throw usageError('--to: expected csv or parquet, found none');
  const compression = flags.choice('compression', compressions);
  if (compression !== undefined && to === 'csv') throw usageError('--compression goes with --to parquet only');
  const guardFormulas = flags.has('guard-formulas');
  if (guardFormulas && to === 'parquet') throw usageError('--guard-formulas goes with --to csv only');
  const rowsPerPart = flags.count('rows-per-part');
  const threads = flags.count('threads');
  return {
    format: to === 'csv' ? 'CSV' : 'PARQUET',
    ...(compression === undefined ? {} : { compression }),
    ...(rowsPerPart === undefined ? {} : { rowsPerPart }),
    ...(threads === undefined ? {} : { threads }),
    guardFormulas,
    lossy: flags.has('lossy'),
    overwrite: flags.has('overwrite'),
  };
}
