/** The two formats an export can have, as the API names them. */
export type ExportFormat = 'CSV' | 'PARQUET';

/** How a part file's name ends, and the format that follows from it. */
export interface PartExtension {
  /** As it stands in the name, with its leading dot: `.csv`, `.c000.snappy.parquet`. */
  readonly extension: string;
  readonly format: ExportFormat;
}

/**
 * Finds the extension of a part-file name, or answers undefined when it has none that an export can have: `.csv`,
 * `.parquet`, and Spark's endings with a file counter (`.c000`) and a Parquet codec (`.snappy`, `.gz` and the others
 * of Parquet's own list). Letters are small ones; `.csv.gz` is not one of them.
 */
export function parsePartExtension(name: string): PartExtension | undefined {
  const extension = shape.exec(name)?.[0];
  if (extension === undefined) return undefined;
  return { extension, format: extension.endsWith('.csv') ? 'CSV' : 'PARQUET' };
}

/** The extension that a part of this format is written with. */
export function formatPartExtension(format: ExportFormat): string {
  return format === 'CSV' ? '.csv' : '.parquet';
}

// The codec endings are those of parquet-java's CompressionCodecName.
const shape = /(?:\.c\d{1,9})?(?:\.csv|(?:\.(?:snappy|gz|zstd|br|lzo|lz4|lz4raw|lz4hadoop))?\.parquet)$/;
