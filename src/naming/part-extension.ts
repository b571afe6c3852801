/** The two formats an export can have, as the API names them. */
export type ExportFormat = 'CSV' | 'PARQUET';

/** The extension of a part file, and its format. */
export interface PartExtension {
  /** As in the name, with its leading dot: `.csv`, `.c000.snappy.parquet`. */
  readonly extension: string;
  readonly format: ExportFormat;
}

/**
 * Finds the extension of a part-file name; undefined if it is not one of an export: `.csv`, `.parquet`, and Spark's
 * forms with a file counter (`.c000`) and a Parquet codec (`.snappy`, `.gz` and the others in Parquet's list). Lower
 * case only; `.csv.gz` is not accepted.
 */
export function parsePartExtension(name: string): PartExtension | undefined {
  const extension = shape.exec(name)?.[0];
  if (extension === undefined) return undefined;
  return { extension, format: extension.endsWith('.csv') ? 'CSV' : 'PARQUET' };
}

/** The extension of parts written in this format. */
export function formatPartExtension(format: ExportFormat): string {
  return format === 'CSV' ? '.csv' : '.parquet';
}

// The codec endings are those of parquet-java's CompressionCodecName.
const shape = /(?:\.c\d{1,9})?(?:\.csv|(?:\.(?:snappy|gz|zstd|br|lzo|lz4|lz4raw|lz4hadoop))?\.parquet)$/;
