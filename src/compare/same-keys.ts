import type { TextColumn } from '../batch/columns/column-batch.ts';
import type { TextTable } from '../batch/tables/text-table.ts';
import type { NumericKey } from './held-rows.ts';
import type { RowCursor } from './row-cursor.ts';

/**
 * Finds how long the keys of two cursors stay in step. Texts are compared by their codes once the texts of two codes
 * have been found equal, so that most rows cost one comparison of integers for each column.
 */
export class KeyRun {
  readonly #known: Int32Array[];

  constructor(texts: number) {
    this.#known = Array.from({ length: texts }, () => new Int32Array(64));
  }

  /** Forgets which codes are the same: one side has gone to another block. */
  forget(): void {
    for (const known of this.#known) known.fill(0);
  }

  /** How many of the next `most` rows have the same key on both sides, up to the first that does not. */
  length(a: RowCursor, b: RowCursor, most: number): number {
    let length = most;
    for (const [index, column] of a.times.entries()) {
      const other = b.times[index];
      if (other !== undefined) length = sameNumbers(column.values, a.row, other.values, b.row, length);
    }
    for (const [index, column] of a.texts.entries()) {
      const other = b.texts[index];
      if (other !== undefined) length = this.#sameTexts(index, column, a.row, other, b.row, length);
    }
    return length;
  }

  #sameTexts(index: number, a: TextColumn, fromA: number, b: TextColumn, fromB: number, most: number): number {
    let known = this.#known[index] ?? new Int32Array();
    if (known.length < b.dictionary.size) this.#known[index] = known = grown(known, b.dictionary.size);
    for (let step = 0; step < most; step++) {
      const codeA = a.codes[fromA + step] ?? 0;
      const codeB = b.codes[fromB + step] ?? 0;
      if (known[codeB] === codeA + 1) continue;
      if (!sameText(a, codeA, b, codeB)) return step;
      known[codeB] = codeA + 1;
    }
    return most;
  }
}

function grown(known: Int32Array, size: number): Int32Array {
  const larger = new Int32Array(Math.max(size, known.length * 2));
  larger.set(known);
  return larger;
}

function sameNumbers(a: Float64Array, fromA: number, b: Float64Array, fromB: number, most: number): number {
  for (let step = 0; step < most; step++) {
    const one = a[fromA + step];
    const other = b[fromB + step];
    if (one !== other && !Object.is(one, other)) return step;
  }
  return most;
}

function sameText(a: TextColumn, codeA: number, b: TextColumn, codeB: number): boolean {
  const startA = a.dictionary.offsets[codeA] ?? 0;
  const startB = b.dictionary.offsets[codeB] ?? 0;
  const length = (a.dictionary.offsets[codeA + 1] ?? 0) - startA;
  if ((b.dictionary.offsets[codeB + 1] ?? 0) - startB !== length) return false;
  for (let at = 0; at < length; at++) {
    if (a.dictionary.bytes[startA + at] !== b.dictionary.bytes[startB + at]) return false;
  }
  return true;
}

/** Reads the key of a cursor's current row as numbers; reuses one object. */
export class KeyReader {
  readonly #cursor: RowCursor;
  readonly #tables: readonly TextTable[];
  readonly #key: NumericKey;
  /** By text column and code the number in the table + 1. */
  #ids: Int32Array[] = [];
  /** The same: the size of the table + 1 when it did not have the text. */
  #absent: Int32Array[] = [];

  constructor(cursor: RowCursor, tables: readonly TextTable[], times: number) {
    this.#cursor = cursor;
    this.#tables = tables;
    this.#key = { texts: new Int32Array(tables.length), times: new Float64Array(times) };
  }

  /** Forgets what the codes of the last block were. */
  forget(): void {
    this.#ids = [];
    this.#absent = [];
  }

  /** The key of the current row. */
  read(): NumericKey {
    const { texts, row } = this.#cursor;
    for (const [index, column] of texts.entries()) {
      const ids = (this.#ids[index] ??= new Int32Array(column.dictionary.size));
      const code = column.codes[row] ?? 0;
      let id = ids[code] ?? 0;
      if (id === 0) ids[code] = id = this.#intern(index, column, code);
      this.#key.texts[index] = id - 1;
    }
    return this.#withTimes(row);
  }

  /** The key of another row of the block; undefined where a text of it is in no table, so that no such row is held. */
  find(row: number): NumericKey | undefined {
    for (const [index, column] of this.#cursor.texts.entries()) {
      const code = column.codes[row] ?? 0;
      const id = (this.#ids[index] ??= new Int32Array(column.dictionary.size))[code] ?? 0;
      const found = id === 0 ? this.#find(index, column, code) : id;
      if (found === 0) return undefined;
      this.#key.texts[index] = found - 1;
    }
    return this.#withTimes(row);
  }

  #withTimes(row: number): NumericKey {
    for (const [index, column] of this.#cursor.times.entries()) {
      this.#key.times[index] = column.values[row] ?? Number.NaN;
    }
    return this.#key;
  }

  /** The number of a text + 1; 0 where no table has it, remembered until the table grows. */
  #find(index: number, { dictionary: { size, bytes, offsets } }: TextColumn, code: number): number {
    const table = this.#tables[index];
    if (table === undefined) return 0;
    const absent = (this.#absent[index] ??= new Int32Array(size));
    if (absent[code] === table.size + 1) return 0;
    const id = table.find(bytes, offsets[code] ?? 0, offsets[code + 1] ?? 0) + 1;
    if (id === 0) absent[code] = table.size + 1;
    else (this.#ids[index] ?? absent)[code] = id;
    return id;
  }

  #intern(index: number, { dictionary }: TextColumn, code: number): number {
    const { bytes, offsets } = dictionary;
    return (this.#tables[index]?.intern(bytes, offsets[code] ?? 0, offsets[code + 1] ?? 0) ?? 0) + 1;
  }
}
