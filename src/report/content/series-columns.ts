import type { TextColumn } from '../../batch/columns/column-batch.ts';
import { textAt } from '../../batch/columns/text-at.ts';
import { extendHash, hashText } from './series-hash.ts';
import type { SeriesKey } from './series-plan.ts';
import type { RowColumns } from './series-rows.ts';

/** The columns of a batch that name its series, with their hashes, and those that are drawn. */
export interface SeriesColumns {
  readonly item: TextColumn;
  /** By code of the dictionary. */
  readonly hashes: Int32Array;
  readonly places: Int32Array;
  readonly dimensions: readonly { readonly column: TextColumn; readonly hashes: Int32Array }[];
  readonly numbers: RowColumns;
}

/** The end of the rows of one series that begin at `from`. */
export function runEnd({ item, dimensions }: SeriesColumns, from: number, rows: number): number {
  let to = sameCodes(item.codes, from, rows);
  for (const { column } of dimensions) to = sameCodes(column.codes, from, to);
  return to;
}

function sameCodes(codes: Int32Array, from: number, rows: number): number {
  const code = codes[from];
  let to = from + 1;
  while (to < rows && codes[to] === code) to++;
  return to;
}

/** The hashes of the texts of a column, by code. */
export function hashesOf({ dictionary: { size, offsets, bytes } }: TextColumn): Int32Array {
  const hashes = new Int32Array(size);
  for (let code = 0; code < size; code++) hashes[code] = hashText(bytes, offsets[code] ?? 0, offsets[code + 1] ?? 0);
  return hashes;
}

/** The hash of the series of a row. */
export function hashAt({ item, hashes, dimensions }: SeriesColumns, row: number): number {
  let hash = hashes[item.codes[row] ?? 0] ?? 0;
  for (const { column, hashes: own } of dimensions) hash = extendHash(hash, own[column.codes[row] ?? 0] ?? 0);
  return hash >>> 0;
}

/** The series of a row. */
export function keyAt({ item, dimensions }: SeriesColumns, row: number): SeriesKey {
  return {
    item: textAt(item.dictionary, item.codes[row] ?? 0),
    dimensions: dimensions.map(({ column }) => textAt(column.dictionary, column.codes[row] ?? 0)),
  };
}

/** The texts of the series of a row: copies. */
export function bytesAt({ item, dimensions }: SeriesColumns, row: number): Uint8Array[] {
  return [item, ...dimensions.map(({ column }) => column)].map(({ codes, dictionary: { offsets, bytes } }) => {
    const code = codes[row] ?? 0;
    return bytes.slice(offsets[code], offsets[code + 1]);
  });
}

/** Whether the first row of a batch is of the series with these texts. */
export function isSame({ item, dimensions }: SeriesColumns, texts: readonly Uint8Array[]): boolean {
  return [item, ...dimensions.map(({ column }) => column)].every(({ codes, dictionary: { offsets, bytes } }, index) => {
    const code = codes[0] ?? 0;
    const text = texts[index] ?? new Uint8Array();
    const start = offsets[code] ?? 0;
    return (offsets[code + 1] ?? 0) - start === text.length && text.every((byte, at) => bytes[start + at] === byte);
  });
}
