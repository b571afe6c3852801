import { parquetMetadata, type FileMetaData } from 'hyparquet';
import { ByteWriter, parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';

/** A Parquet file with another footer: for footers that no writer would write. Any footer checksum no longer fits. */
export function withFooter(file: Uint8Array, change: (footer: FileMetaData) => FileMetaData): Uint8Array {
  const footer = parquetMetadata(file);
  const start = file.length - 8 - footer.metadata_length;
  const writer = new ByteWriter();
  writeMetadata(writer, change(footer));
  const bytes = writer.getBytes();
  const whole = new Uint8Array(start + bytes.length + 4);
  whole.set(file.subarray(0, start));
  whole.set(bytes, start);
  whole.set([0x50, 0x41, 0x52, 0x31], start + bytes.length);
  return whole;
}

/** A column of a Parquet file for tests. */
export type ParquetColumn = Pick<ColumnSource, 'type' | 'data'>;

/** A Parquet part of one row, by hyparquet-writer, some columns replaced. */
export function parquetPart(replaced: Record<string, ParquetColumn> = {}): Uint8Array {
  const columns: Record<string, ParquetColumn> = {
    item_id: { type: 'STRING', data: ['bike_12'] },
    timestamp: { type: 'TIMESTAMP', data: [new Date('2021-12-01T00:00:00Z')] },
    target_value: { type: 'DOUBLE', data: [5] },
    backtestwindow_start_time: { type: 'TIMESTAMP', data: [new Date('2021-12-01T00:00:00Z')] },
    backtestwindow_end_time: { type: 'TIMESTAMP', data: [new Date('2021-12-14T00:00:00Z')] },
    mean: { type: 'DOUBLE', data: [4.5] },
    ...replaced,
  };
  const columnData = Object.entries(columns).map(([name, column]) => ({ name, ...column }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
