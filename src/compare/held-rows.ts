import { stateValue, type NumberColumn } from '../batch/columns/column-batch.ts';
import { randomSeed } from '../batch/hash/mix.ts';
import { hashNumbers } from '../batch/hash/number-hash.ts';
import type { TextTable } from '../batch/tables/text-table.ts';
import type { RecordPlace } from '../export/parts/locate-rows.ts';
import type { SideColumns } from './join-plan.ts';
import { keyRecord, type RowCursor, type RowSource } from './row-cursor.ts';

const firstCapacity = 1024;

/** A key as numbers: texts by their number in the tables that both sides share, and times. */
export interface NumericKey {
  readonly texts: Int32Array;
  readonly times: Float64Array;
}

/**
 * Rows of one side that wait for their partner, found by key through a chained hash table with a random seed, so that no
 * file can put all rows into one chain on purpose. Memory for each: 8 bytes a time, 9 a number, 4 a text
 * and 33 besides (doubled while it grows); each distinct text once for both sides.
 */
export class HeldRows implements RowSource {
  readonly #columns: SideColumns;
  readonly #tables: readonly TextTable[];
  readonly #seed = randomSeed();
  #capacity = firstCapacity;
  #texts: Int32Array[];
  #times: Float64Array[];
  #numbers: NumberColumn[];
  #ordinals = new Float64Array(firstCapacity);
  #records = new Float64Array(firstCapacity);
  #parts = new Int32Array(firstCapacity);
  #alive = new Uint8Array(firstCapacity);
  /** Row + 1 of the first and the last of each chain, and of the next in it; free rows are a chain of their own. */
  #heads = new Int32Array(firstCapacity);
  #tails = new Int32Array(firstCapacity);
  #next = new Int32Array(firstCapacity);
  #free = 0;
  #used = 0;
  readonly #key: NumericKey;
  size = 0;

  constructor(columns: SideColumns, tables: readonly TextTable[]) {
    this.#columns = columns;
    this.#tables = tables;
    this.#texts = columns.texts.map(() => new Int32Array(firstCapacity));
    this.#times = columns.times.map(() => new Float64Array(firstCapacity));
    this.#numbers = columns.numbers.map(() => emptyNumbers(firstCapacity));
    this.#key = { texts: new Int32Array(columns.texts.length), times: new Float64Array(columns.times.length) };
  }

  get numbers(): readonly NumberColumn[] {
    return this.#numbers;
  }

  /** Takes over a cursor's current row, whose key is known. */
  add(cursor: RowCursor, key: NumericKey): void {
    const row = this.#takeRow();
    for (const [index, column] of this.#texts.entries()) column[row] = key.texts[index] ?? 0;
    for (const [index, column] of this.#times.entries()) column[row] = key.times[index] ?? Number.NaN;
    for (const [index, column] of this.#numbers.entries()) {
      const from = cursor.numbers[index];
      column.values[row] = from?.values[cursor.row] ?? Number.NaN;
      column.states[row] = from?.states[cursor.row] ?? stateValue;
    }
    const { part, record } = cursor.recordOf(cursor.row);
    this.#ordinals[row] = cursor.ordinalOf(cursor.row);
    this.#parts[row] = part;
    this.#records[row] = record;
    this.#alive[row] = 1;
    this.size++;
    this.#append(row, key);
  }

  /** Whether a row of that key is held. */
  has(key: NumericKey): boolean {
    if (this.size === 0) return false;
    for (let row = (this.#heads[this.#bucketOf(key)] ?? 0) - 1; row >= 0; row = (this.#next[row] ?? 0) - 1) {
      if (this.#isKey(row, key)) return true;
    }
    return false;
  }

  /** The first held row of that key, or -1. It stays readable until the next row is added. */
  take(key: NumericKey): number {
    const bucket = this.#bucketOf(key);
    let before = -1;
    for (let row = (this.#heads[bucket] ?? 0) - 1; row >= 0; row = (this.#next[row] ?? 0) - 1) {
      if (this.#isKey(row, key)) {
        this.#remove(row, before, bucket);
        return row;
      }
      before = row;
    }
    return -1;
  }

  /** The rows that were never taken. */
  *rest(): Generator<number, void, undefined> {
    for (let row = 0; row < this.#used; row++) if (this.#alive[row] === 1) yield row;
  }

  ordinalOf(row: number): number {
    return this.#ordinals[row] ?? 0;
  }

  recordOf(row: number): RecordPlace {
    return { part: this.#parts[row] ?? 0, record: this.#records[row] ?? 0 };
  }

  keyOf(row: number): Record<string, string> {
    const texts = this.#texts.map((column, index) => this.#tables[index]?.text(column[row] ?? 0) ?? '');
    return keyRecord(
      this.#columns,
      texts,
      this.#times.map((column) => column[row] ?? Number.NaN),
    );
  }

  #takeRow(): number {
    if (this.#free > 0) {
      const row = this.#free - 1;
      this.#free = this.#next[row] ?? 0;
      return row;
    }
    if (this.#used === this.#capacity) this.#grow();
    return this.#used++;
  }

  /** Added at the end of its chain: of rows with one key the first is taken first. */
  #append(row: number, key: NumericKey): void {
    const bucket = this.#bucketOf(key);
    const last = (this.#heads[bucket] ?? 0) === 0 ? -1 : (this.#tails[bucket] ?? 0) - 1;
    if (last < 0) this.#heads[bucket] = row + 1;
    else this.#next[last] = row + 1;
    this.#tails[bucket] = row + 1;
    this.#next[row] = 0;
  }

  #remove(row: number, before: number, bucket: number): void {
    const next = this.#next[row] ?? 0;
    if (next === 0) this.#tails[bucket] = before + 1;
    if (before < 0) this.#heads[bucket] = next;
    else this.#next[before] = next;
    this.#next[row] = this.#free;
    this.#free = row + 1;
    this.#alive[row] = 0;
    this.size--;
  }

  #isKey(row: number, key: NumericKey): boolean {
    for (let index = 0; index < key.times.length; index++) {
      if (!Object.is(this.#times[index]?.[row], key.times[index])) return false;
    }
    for (let index = 0; index < key.texts.length; index++) {
      if (this.#texts[index]?.[row] !== key.texts[index]) return false;
    }
    return true;
  }

  #bucketOf({ texts, times }: NumericKey): number {
    return hashNumbers(this.#seed, texts, times) & (this.#capacity - 1);
  }

  /** The key of a held row; the same object every time. */
  #readKey(row: number): NumericKey {
    for (const [index, column] of this.#texts.entries()) this.#key.texts[index] = column[row] ?? 0;
    for (const [index, column] of this.#times.entries()) this.#key.times[index] = column[row] ?? Number.NaN;
    return this.#key;
  }

  #grow(): void {
    const length = this.#capacity * 2;
    this.#capacity = length;
    this.#texts = this.#texts.map((column) => copyTo(new Int32Array(length), column));
    this.#times = this.#times.map((column) => copyTo(new Float64Array(length), column));
    this.#numbers = this.#numbers.map(({ values, states }) => ({
      kind: 'number',
      values: copyTo(new Float64Array(length), values),
      states: copyTo(new Uint8Array(length), states),
    }));
    this.#ordinals = copyTo(new Float64Array(length), this.#ordinals);
    this.#records = copyTo(new Float64Array(length), this.#records);
    this.#parts = copyTo(new Int32Array(length), this.#parts);
    this.#alive = copyTo(new Uint8Array(length), this.#alive);
    this.#split(length);
  }

  /** Spreads the chains over more buckets, each in its order, so that rows of one key stay in theirs. */
  #split(length: number): void {
    const [heads, next] = [this.#heads, this.#next];
    this.#next = new Int32Array(length);
    this.#heads = new Int32Array(length);
    this.#tails = new Int32Array(length);
    for (const head of heads) {
      for (let row = head - 1; row >= 0; row = (next[row] ?? 0) - 1) this.#append(row, this.#readKey(row));
    }
  }
}

function emptyNumbers(length: number): NumberColumn {
  return { kind: 'number', values: new Float64Array(length), states: new Uint8Array(length) };
}

function copyTo<Target extends { set(from: Target): void }>(target: Target, from: Target): Target {
  target.set(from);
  return target;
}
