import type { ColumnMetaData } from 'hyparquet';
import { joinBytes } from '#src/storage/join-bytes.js';
import { parquetPart, withFooter, type ParquetColumn } from './parquet-file.ts';

/** Fields of a Thrift struct by their numbers; a list stands for a struct within. */
export type ThriftFields = readonly (readonly [id: number, value: number | boolean | ThriftFields])[];

/** A Thrift struct in the compact protocol: 32-bit integers, booleans, and structs. */
export function thriftStruct(fields: ThriftFields): number[] {
  let last = 0;
  const bytes = fields.flatMap(([id, value]) => {
    const step = id - last;
    last = id;
    if (typeof value === 'boolean') return [(step << 4) | (value ? 1 : 2)];
    if (typeof value === 'number') return [(step << 4) | 5, ...varint(value >= 0 ? value * 2 : -value * 2 - 1)];
    return [(step << 4) | 12, ...thriftStruct(value)];
  });
  return [...bytes, 0];
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

/** The levels of one value that is there: a run, behind its length. */
const levels = [2, 0, 0, 0, 2, 1];

/** A data page of version 1 of an optional column, header, levels and body; what is given replaces fields of its header. */
export function dataPage(
  content: ArrayLike<number>,
  given: { type?: number; unpacked?: number; packed?: number; values?: number; encoding?: number; raw?: true } = {},
): Uint8Array {
  const body = given.raw === true ? Array.from(content) : [...levels, ...Array.from(content)];
  const { type = 0, unpacked = body.length, packed = body.length, values = 1, encoding = 0 } = given;
  const header = thriftStruct([
    [1, type],
    [2, unpacked],
    [3, packed],
    [
      5,
      [
        [1, values],
        [2, encoding],
        [3, 3],
        [4, 3],
      ],
    ],
  ]);
  return joinBytes(Uint8Array.from(header), Uint8Array.from(body));
}

/** A dictionary page of plain values. */
export function dictionaryPage(body: ArrayLike<number>, values: number): Uint8Array {
  const header = thriftStruct([
    [1, 2],
    [2, body.length],
    [3, body.length],
    [
      7,
      [
        [1, values],
        [2, 0],
      ],
    ],
  ]);
  return joinBytes(Uint8Array.from(header), Uint8Array.from(body));
}

/** The bytes of doubles. */
export function doubles(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}

/** A part of one row whose chunk of the column `mean` is these bytes; `change` edits what the footer says of it. */
export function partWithChunk(
  chunk: Uint8Array,
  change: Partial<ColumnMetaData> = {},
  replaced: Record<string, ParquetColumn> = {},
): Uint8Array {
  const file = parquetPart(replaced);
  const footer = new DataView(file.buffer).getUint32(file.length - 8, true) + 8;
  const start = file.length - footer;
  const longer = joinBytes(file.subarray(0, start), chunk, file.subarray(start));
  return withFooter(longer, (metadata) => ({
    ...metadata,
    row_groups: metadata.row_groups.map((group) => ({
      ...group,
      columns: group.columns.map((column) => {
        const { meta_data: data } = column;
        if (data?.path_in_schema[0] !== 'mean') return column;
        const { dictionary_page_offset: _dictionary, statistics: _statistics, ...kept } = data;
        const place = { data_page_offset: BigInt(start), total_compressed_size: BigInt(chunk.length) };
        return { ...column, meta_data: { ...kept, codec: 'UNCOMPRESSED', ...place, ...change } };
      }),
    })),
  }));
}
