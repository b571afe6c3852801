import type { ColumnSchema } from '../../schema/schema.ts';
import { checksum, formatSum, joinChecksums } from './checksum.ts';
import { columnOf, stateNull, stateValue, type Column, type ColumnBatch } from '../columns/column-batch.ts';

/** Checksums of rows: their number, and a CRC-32 for each column by its name. */
export interface ContentSums {
  readonly rows: number;
  readonly columns: readonly (readonly [name: string, sum: number])[];
}

/** The sums of rows that follow one another, in the columns and the order of the first. */
export function joinSums(first: ContentSums, second: ContentSums): ContentSums {
  const following = new Map(second.columns);
  const columns = first.columns.map(
    ([name, sum]) => [name, joinChecksums(sum, following.get(name) ?? 0, 8 * second.rows)] as const,
  );
  return { rows: first.rows + second.rows, columns };
}

/** One checksum over all, the columns' names included, but not their order, as 8 hexadecimal digits. */
export function formatSums({ rows, columns }: ContentSums): string {
  const lines = columns.map(([name, sum]) => `${formatSum(sum)} ${name}`).sort();
  return formatSum(checksum(new TextEncoder().encode([rows, ...lines].join('\n'))));
}

/** Options of {@link ContentSum}. */
export interface ContentSumOptions {
  /** Whether an empty cell and `not defined` are to count as the same, as they do where only one of them can be written. */
  readonly oneNull?: boolean;
}

/**
 * A checksum of what a table holds, whatever file format, batches and dictionaries it came in: a CRC-32 for each column
 * over its cells in their order. Numbers and times enter with their bits (so that -0 and 0 differ, and all NaN are one),
 * empty cells and `not defined` as two values of their own, texts by two hashes of their bytes. Two tables with the same
 * rows in the same order have the same sums; with other rows, but for one case in 2^32 for each column, other sums. About
 * 2 ns a cell, 4 in columns with missing values.
 */
export class ContentSum {
  /** Rows added so far. */
  rows = 0;
  readonly #columns: readonly ColumnSchema[];
  readonly #sums: number[];
  readonly #oneNull: boolean;
  #scratch = new Float64Array(2048);

  constructor(columns: readonly ColumnSchema[], options: ContentSumOptions = {}) {
    this.#columns = columns;
    this.#sums = columns.map(() => 0);
    this.#oneNull = options.oneNull ?? false;
  }

  /** Adds a batch, which must hold all the columns. */
  add(batch: ColumnBatch): void {
    if (this.#scratch.length < batch.rows) this.#scratch = new Float64Array(batch.rows);
    for (const [index, schema] of this.#columns.entries()) {
      const cells = this.#cellsOf(columnOf(batch, schema));
      const bytes = new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength);
      this.#sums[index] = checksum(bytes, this.#sums[index]);
    }
    this.rows += batch.rows;
  }

  /** 8 bytes for each cell: the values themselves where none is missing. */
  #cellsOf(column: Column): Float64Array {
    if (column.kind === 'text') {
      this.#fillTexts(column);
      return this.#scratch.subarray(0, column.codes.length);
    }
    if (areFinite(column.values)) return column.values;
    this.#fillValues(column);
    return this.#scratch.subarray(0, column.values.length);
  }

  /** The sums of the rows added so far, as plain data. */
  take(): ContentSums {
    const columns = this.#columns.map(({ name }, index) => [name, this.#sums[index] ?? 0] as const);
    return { rows: this.rows, columns };
  }

  #fillValues({ values, states }: Exclude<Column, { kind: 'text' }>): void {
    const scratch = this.#scratch;
    scratch.set(values);
    const words = new Uint32Array(scratch.buffer);
    for (let row = 0; row < values.length; row++) {
      const value = values[row] ?? 0;
      const state = states[row] ?? stateValue;
      if (state === stateValue && value === value) continue; // NaN is not itself
      words[2 * row] = this.#oneNull ? Math.min(state, stateNull) : state;
      words[2 * row + 1] = nanWord;
    }
  }

  #fillTexts({ codes, dictionary }: Extract<Column, { kind: 'text' }>): void {
    const { size, offsets, bytes } = dictionary;
    const hashes = new Int32Array(2 * size);
    for (let code = 0; code < size; code++) hashText(bytes, offsets[code] ?? 0, offsets[code + 1] ?? 0, hashes, code);
    const words = new Int32Array(this.#scratch.buffer);
    let last = -1;
    let first = 0;
    let second = 0;
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row] ?? 0;
      if (code !== last) {
        last = code; // rows of one item follow one another
        first = hashes[2 * code] ?? 0;
        second = hashes[2 * code + 1] ?? 0;
      }
      words[2 * row] = first;
      words[2 * row + 1] = second;
    }
  }
}

/** The upper half of a NaN; its lower half distinguishes a NaN that is a value from an empty cell and from not defined. */
const nanWord = 0x7ff8_0000;

/**
 * Whether no value is NaN, as where a cell is empty, or infinite; without a branch for each, which takes twice as long, and in
 * four sums, since an addition waits for the one before it.
 */
function areFinite(values: Float64Array): boolean {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let row = 0;
  for (; row + 3 < values.length; row += 4) {
    const one = values[row] ?? 0;
    const two = values[row + 1] ?? 0;
    const three = values[row + 2] ?? 0;
    const four = values[row + 3] ?? 0;
    first += one - one;
    second += two - two;
    third += three - three;
    fourth += four - four;
  }
  for (; row < values.length; row++) {
    const value = values[row] ?? 0;
    first += value - value;
  }
  return first + second + third + fourth === 0;
}

/** FNV-1a, and a second hash of another multiplier that begins with the length. */
function hashText(bytes: Uint8Array, start: number, end: number, hashes: Int32Array, code: number): void {
  let first = 0x811c_9dc5;
  let second = end - start;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    first = Math.imul(first ^ byte, 0x0100_0193);
    second = Math.imul(second ^ byte ^ (second >>> 13), 0x85eb_ca6b);
  }
  hashes[2 * code] = first;
  hashes[2 * code + 1] = second;
}
