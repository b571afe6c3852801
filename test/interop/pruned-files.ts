import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import { createParquetEncoder } from '#src/parquet/write/encode.js';
import { forecastSchema, schemaBatch, type Row } from '../support/column-batch.ts';
import { encodeParquet } from '../support/encode-parquet.ts';
import { rawChunks } from '../support/raw-footer.ts';

/** A filter on a file of which everything is spoiled that the filter lets an engine skip. */
export interface PruneTask {
  readonly name: string;
  readonly path: string;
  readonly column: string;
  readonly kind: 'text' | 'time';
  readonly value: string | number;
  /** Rows that the filter leaves. */
  readonly rows: number;
}

const schema = forecastSchema(['mean', '0.9']);
const hour = 3_600_000;

/** 40 items of 4 windows of 25 hours. */
function makeRows(byWindow: boolean): Row[] {
  return Array.from({ length: 4000 }, (_, index) => {
    const [item, window] = byWindow
      ? [Math.floor(index / 25) % 40, Math.floor(index / 1000)]
      : [Math.floor(index / 100), Math.floor(index / 25) % 4];
    return {
      item_id: `item ${100 + item}`,
      timestamp: Date.UTC(2021, 10, 1 + window) + (index % 25) * hour,
      target_value: index % 7 === 0 ? null : index,
      backtestwindow_start_time: Date.UTC(2021, 10, 1 + window),
      backtestwindow_end_time: Date.UTC(2021, 10, 2 + window),
      mean: index / 3,
      p90: index,
    };
  });
}

/** Writes files with row groups of a thousand rows, and of several pages; the rest of each file is spoiled. */
export async function writePrunedFiles(folder: string): Promise<PruneTask[]> {
  const byItem = await encodeParquet(schema, makeRows(false), { rowGroupRows: 1000 });
  const byWindow = await encodeParquet(schema, makeRows(true), { rowGroupRows: 1500, groupBorders: true });
  // each row group has the first and the last items, so that bounds tell nothing, and all are distinct, so that there is no dictionary
  const mixed = makeRows(false)
    .toSorted((one, other) => place(one) - place(other))
    .map((row, index) => ({ ...row, item_id: `${String(row['item_id'])} ${index}` }));
  const filtered = await encodeParquet(schema, mixed, { rowGroupRows: 1000, bloomFilter: true });
  const item = { column: 'item_id', kind: 'text' } as const;
  const window = { column: 'backtestwindow_start_time', kind: 'time' } as const;
  const write = (name: string, bytes: Uint8Array): { readonly name: string; readonly path: string } => {
    const path = join(folder, `${name}.parquet`);
    writeFileSync(path, bytes);
    return { name, path };
  };
  return [
    { ...write('an item, by statistics', spoilGroups(byItem, 1)), ...item, value: 'item 117', rows: 100 },
    { ...write('an item that is nowhere', spoilGroups(byItem, -1)), ...item, value: 'item 099', rows: 0 },
    {
      ...write('a window, by statistics', spoilGroups(byWindow, 2)),
      ...window,
      value: Date.UTC(2021, 10, 3),
      rows: 1000,
    },
    { ...write('a window that is nowhere', spoilGroups(byItem, -1)), ...window, value: Date.UTC(2021, 11, 1), rows: 0 },
    { ...write('an item, by a Bloom filter', spoilGroups(filtered, -1)), ...item, value: 'item 117b', rows: 0 },
    {
      ...write('an item, by the page index', spoilPages(await encodePages(), 1)),
      ...item,
      value: 'item b',
      rows: 70_000,
    },
  ];
}

/** A sound file with several row groups, and nulls but no NaN. */
export async function writeSoundFile(folder: string): Promise<string> {
  const path = join(folder, 'sound.parquet');
  writeFileSync(path, await encodeParquet(schema, makeRows(false), { rowGroupRows: 900 }));
  return path;
}

/** Items in turn, a row of each. */
function place(row: Row): number {
  return Number(row['timestamp']) + Number(String(row['item_id']).slice(5));
}

/** One row group of three items, with 70,000 rows each and four pages. */
async function encodePages(): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = await createParquetEncoder(schema);
  const pieces = [Buffer.from(encoder.start())];
  const rows = makeRows(false).slice(0, 1000);
  for (let first = 0; first < 210_000; first += 1000) {
    const item = `item ${'abc'[Math.floor(first / 70_000)]}`;
    const batch = schemaBatch(
      schema,
      rows.map((row) => ({ ...row, item_id: item })),
    );
    pieces.push(Buffer.from(encoder.encode({ ...batch, firstRecord: first + 1 })));
  }
  pieces.push(Buffer.from(encoder.finish()));
  return new Uint8Array(Buffer.concat(pieces));
}

/** The file with all chunks overwritten, but for those of one row group. */
function spoilGroups(file: Uint8Array<ArrayBuffer>, kept: number): Uint8Array {
  const spoiled = file.slice();
  for (const [index, { columns }] of parquetMetadata(file.buffer).row_groups.entries()) {
    if (index === kept) continue;
    for (const { meta_data: data } of columns) {
      const start = Number(data!.dictionary_page_offset ?? data!.data_page_offset);
      spoiled.fill(0xff, start, start + Number(data!.total_compressed_size));
    }
  }
  return spoiled;
}

/** The file with all pages overwritten that begin after the last row of an item. */
function spoilPages(file: Uint8Array<ArrayBuffer>, item: number): Uint8Array {
  const spoiled = file.slice();
  for (const chunk of rawChunks(file).flat()) {
    for (const { offset, bytes, firstRow } of chunk.pages) {
      if (firstRow >= 70_000 * (item + 1)) spoiled.fill(0xff, offset, offset + bytes);
    }
  }
  return spoiled;
}
