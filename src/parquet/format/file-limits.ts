import { limitDefaults, type ParquetLimits } from '../../batch/decode-options.ts';
import { BacktestExportError } from '../../errors.ts';

/** What one file may use: what the caller allows, or less where the file is too small to need it. */
export interface FileLimits {
  /** Bytes of one page when unpacked. */
  readonly pageBytes: number;
  /** Unpacked bytes for each packed one, in pages of more than 1 MiB. */
  readonly ratio: number;
  /** Bytes of memory of one row group. */
  readonly rowGroupBytes: number;
  /** Rows of the whole file. */
  readonly rows: number;
  /** Bytes of all pages when unpacked, and of all texts when given out. */
  readonly workBytes: number;
}

const mebibyte = 1024 * 1024;

/**
 * The limits of a file of `size` bytes. Packing makes any number of equal values small, so that 30 kB may represent 280
 * million rows; what real values take bounds what a sound file holds. So memory, rows and work grow with the file: 192 MiB
 * of memory and 64 bytes for each of its bytes, up to 768 MiB, unless the caller says otherwise; 2^24 rows and a 32nd of
 * the ratio for each byte; 256 MiB of pages and an eighth of the ratio for each byte.
 */
export function limitsOfFile(size: number, limits: ParquetLimits = {}): FileLimits {
  const ratio = limits.maxRatio ?? limitDefaults.maxRatio;
  const least = 192 * mebibyte + 64 * size;
  return {
    pageBytes: limits.maxPageBytes ?? limitDefaults.maxPageBytes,
    ratio,
    rowGroupBytes: limits.maxRowGroupBytes ?? Math.min(limitDefaults.maxRowGroupBytes, least),
    rows: 2 ** 24 + (ratio / 32) * size,
    workBytes: 256 * mebibyte + (ratio / 8) * size,
  };
}

/** @throws `PARQUET_TOO_LARGE` where a file has more rows than its size can hold */
export function assertRows(rows: number, limits: FileLimits, file: string): void {
  if (rows <= limits.rows) return;
  const problem = `the file claims ${rows} rows, but its size allows only ${Math.floor(limits.rows)}; raise limits.maxRatio`;
  throw new BacktestExportError('PARQUET_TOO_LARGE', problem, { position: { file } });
}
