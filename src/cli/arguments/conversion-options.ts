import type { ConvertOptions } from '../../convert/conversion.ts';
import { given } from '../../given.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import { compressions } from '../../parquet/codecs/compress.ts';
import { zstdLevels } from '../../parquet/codecs/zstd-library.ts';
import { quoteText } from '../../quote-text.ts';
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
  const unused =
    format === 'CSV' ? ['compression', 'byte-stream-split', 'bloom-filter'].find((name) => flags.has(name)) : undefined;
  if (unused !== undefined) throw usageError(`--${unused} works with --to parquet only`);
  if (flags.has('guard-formulas') && format === 'PARQUET')
    throw usageError('--guard-formulas works with --to csv only');
  return format;
}

/** How an export is converted, whatever is written. */
export function conversionOptions(flags: Flags): Omit<ConvertOptions, 'format'> {
  return given({
    ...compressionOf(flags),
    byteStreamSplit: flags.has('byte-stream-split'),
    bloomFilter: flags.has('bloom-filter'),
    rowsPerPart: flags.count('rows-per-part'),
    columnNames: flags.choice('column-names', columnNamings),
    threads: flags.count('threads'),
    guardFormulas: flags.has('guard-formulas'),
    lossy: flags.has('lossy'),
    overwrite: flags.has('overwrite'),
  });
}

/** `--compression CODEC`, of zstd with a level: `zstd:9`. */
function compressionOf(flags: Flags): Pick<ConvertOptions, 'compression' | 'compressionLevel'> {
  const text = flags.text('compression');
  if (text === undefined) return {};
  const [, level] = /^zstd:(\d{1,9})$/.exec(text) ?? [];
  const compressionLevel = Number(level);
  const isLevel = compressionLevel >= zstdLevels.least && compressionLevel <= zstdLevels.most;
  if (level !== undefined && isLevel) return { compression: 'zstd', compressionLevel };
  const compression = compressions.find((name) => name === text);
  if (compression !== undefined) return { compression };
  const expected = `${compressions.join(', ')}, or zstd:1 to zstd:22`;
  throw usageError(`--compression: expected one of ${expected}, found ${quoteText(text)}`);
}
