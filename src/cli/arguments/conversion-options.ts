import type { ConvertOptions } from '../../convert/conversion.ts';
import { given } from '../../given.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import { compressions } from '../../parquet/codecs/compress.ts';
import { columnNamings } from '../../schema/column-naming.ts';
import { usageError, type Flags } from './flags.ts';

/** What is written: what `--to` says, which must agree with the name of a file. Refuses options of the other format. */
export function formatToWrite(flags: Flags, named?: ExportFormat): ExportFormat {
  const to = flags.choice('to', ['csv', 'parquet']);
  const asked = to === undefined ? undefined : to === 'csv' ? 'CSV' : 'PARQUET';
  const format = asked ?? named;
  if (format === undefined) throw usageError('--to: expected csv or parquet, found none');
  if (named !== undefined && named !== format) {
    throw usageError(`--to: expected ${named.toLowerCase()}, as the name of DEST says, found ${to}`);
  }
  if (flags.has('compression') && format === 'CSV') throw usageError('--compression works with --to parquet only');
  if (flags.has('guard-formulas') && format === 'PARQUET')
    throw usageError('--guard-formulas works with --to csv only');
  return format;
}

/** How an export is converted, whatever is written. */
export function conversionOptions(flags: Flags): Omit<ConvertOptions, 'format'> {
  return given({
    compression: flags.choice('compression', compressions),
    rowsPerPart: flags.count('rows-per-part'),
    columnNames: flags.choice('column-names', columnNamings),
    threads: flags.count('threads'),
    guardFormulas: flags.has('guard-formulas'),
    lossy: flags.has('lossy'),
    overwrite: flags.has('overwrite'),
  });
}
