// @ts-expect-error parquetjs-lite comes without types; what is used of it is described below
import * as untyped from 'parquetjs-lite';

/** How a column is written. */
export interface ParquetJsColumn {
  readonly type: string;
  readonly optional?: boolean;
  readonly compression?: string;
}

interface Writer {
  appendRow(row: object): Promise<void>;
  close(): Promise<void>;
}

interface Reader {
  getCursor(columns: readonly (readonly string[])[]): { next(): Promise<Record<string, unknown> | null> };
  close(): Promise<void>;
}

interface ParquetJs {
  readonly ParquetSchema: new (columns: Readonly<Record<string, ParquetJsColumn>>) => object;
  readonly ParquetWriter: {
    openFile(schema: object, path: string, options: { useDataPageV2: boolean; rowGroupSize: number }): Promise<Writer>;
  };
  readonly ParquetReader: { openFile(path: string, options: { rawStatistics: boolean }): Promise<Reader> };
}

const { default: parquetJs } = untyped as { readonly default: ParquetJs };

/** Writes a file with parquetjs-lite; a cell that is null is left out of its row. */
export async function writeParquetJs(
  path: string,
  columns: Readonly<Record<string, ParquetJsColumn>>,
  rows: readonly object[],
  options: { readonly useDataPageV2: boolean; readonly rowGroupSize: number },
): Promise<void> {
  const writer = await parquetJs.ParquetWriter.openFile(new parquetJs.ParquetSchema({ ...columns }), path, options);
  for (const row of rows) {
    await writer.appendRow(Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== null)));
  }
  await writer.close();
}

/**
 * Reads some columns of a file with parquetjs-lite; a null is a cell that is left out. It cannot read statistics of times, as it
 * cannot read times.
 */
export async function readParquetJs(path: string, columns: readonly string[]): Promise<Record<string, unknown>[]> {
  const reader = await parquetJs.ParquetReader.openFile(path, { rawStatistics: true });
  try {
    const cursor = reader.getCursor(columns.map((name) => [name]));
    const rows: Record<string, unknown>[] = [];
    for (let row = await cursor.next(); row !== null; row = await cursor.next()) rows.push(row);
    return rows;
  } finally {
    await reader.close();
  }
}
