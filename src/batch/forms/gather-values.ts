import { stateValue, type NumberColumn, type TimeColumn } from '../columns/column-batch.ts';
import type { OwnedNumbers, OwnedTimes, Validity } from './owned-rows.ts';
import { unfilled } from '../columns/unfilled.ts';

/** Copies the cells of a column of numbers, batch after batch, into one owned array. */
export class NumberGatherer {
  #values: Float64Array;
  readonly #validity = new ValidityGatherer();

  /** With room for as many rows. */
  constructor(capacity: number) {
    this.#values = new Float64Array(unfilled(8 * capacity));
  }

  /** Appends the rows `from` to `to` (not included) of a column, of which as many as `rows` are there already. */
  add({ values, states }: NumberColumn, from: number, to: number, rows: number): void {
    this.#values.set(from === 0 && to === values.length ? values : values.subarray(from, to), rows);
    this.#validity.add(states, from, to, rows, this.#values.length);
  }

  /** Makes room for as many rows. */
  grow(capacity: number): void {
    this.#values = grown(this.#values, new Float64Array(unfilled(8 * capacity)));
  }

  take(rows: number): OwnedNumbers {
    return { kind: 'number', values: cut(this.#values, rows), ...this.#validity.take(rows) };
  }
}

/**
 * The same for times, which become 64-bit integers: each is written as two halves, which costs about 2 ns where a BigInt
 * costs 60.
 */
export class TimeGatherer {
  #values: BigInt64Array;
  #halves: Int32Array;
  readonly #validity = new ValidityGatherer();

  /** As of {@link NumberGatherer}. */
  constructor(capacity: number) {
    this.#values = new BigInt64Array(unfilled(8 * capacity));
    this.#halves = new Int32Array(this.#values.buffer);
  }

  /** As of {@link NumberGatherer}. An empty cell, NaN, becomes 0. */
  add({ values, states }: TimeColumn, from: number, to: number, rows: number): void {
    const halves = this.#halves;
    for (let row = from, at = 2 * rows; row < to; row++, at += 2) {
      const value = values[row] ?? Number.NaN;
      const high = Math.floor(value / 4_294_967_296);
      halves[at] = value - high * 4_294_967_296; // exact, and taken modulo 2^32
      halves[at + 1] = high;
    }
    this.#validity.add(states, from, to, rows, this.#values.length);
  }

  /** As of {@link NumberGatherer}. */
  grow(capacity: number): void {
    this.#values = grown(this.#values, new BigInt64Array(unfilled(8 * capacity)));
    this.#halves = new Int32Array(this.#values.buffer);
  }

  take(rows: number): OwnedTimes {
    return { kind: 'time', values: cut(this.#values, rows), ...this.#validity.take(rows) };
  }
}

/** The bitmap of a column, made when its first null appears. */
class ValidityGatherer {
  #bits: Uint8Array | undefined;
  #nulls = 0;

  add(states: Uint8Array, from: number, to: number, rows: number, capacity: number): void {
    if (this.#bits === undefined && isZero(states, from, to)) return;
    this.#bits ??= new Uint8Array(Math.ceil(capacity / 8)).fill(255, 0, (rows + 7) >> 3);
    const bytes = Math.ceil(capacity / 8);
    if (this.#bits.length < bytes) this.#bits = grown(this.#bits, new Uint8Array(bytes));
    this.#nulls += writeValidity(this.#bits, rows, states, from, to);
  }

  /** Bits after the last row are 0, as Arrow recommends. */
  take(rows: number): Validity {
    if (this.#bits === undefined) return { nulls: 0, validity: undefined };
    return { nulls: this.#nulls, validity: cut(this.#bits, (rows + 7) >> 3) };
  }
}

/** Whether no state is set: four at a time where they lie so. */
function isZero(states: Uint8Array, from: number, to: number): boolean {
  let row = from;
  if (to - from >= fewestForWords) {
    while (((states.byteOffset + row) & 3) !== 0) if (states[row++] !== stateValue) return false;
    const words = new Int32Array(states.buffer, states.byteOffset + row, (to - row) >> 2);
    let any = 0;
    for (let word = 0; word < words.length; word++) any |= words[word] ?? 0;
    if (any !== 0) return false;
    row += 4 * words.length;
  }
  while (row < to) if (states[row++] !== stateValue) return false;
  return true;
}

/** Rows from which a view of words pays. */
const fewestForWords = 64;

/** Writes a bit for each state at the row `at` of a bitmap, byte by byte, and returns how many are null. */
function writeValidity(bits: Uint8Array, at: number, states: Uint8Array, from: number, to: number): number {
  let nulls = 0;
  let index = at >> 3;
  let mask = 1 << (at & 7);
  let byte = (bits[index] ?? 0) & (mask - 1);
  for (let row = from; row < to; row++) {
    if (states[row] === stateValue) byte |= mask;
    else nulls++;
    mask <<= 1;
    if (mask !== 256) continue;
    bits[index++] = byte;
    byte = 0;
    mask = 1;
  }
  if (mask !== 1) bits[index] = byte;
  return nulls;
}

type Growing = Float64Array | BigInt64Array | Int32Array | Uint8Array;

/** A larger array with the content of a smaller one. */
export function grown<Numbers extends Growing>(values: Numbers, larger: Numbers): Numbers {
  larger.set(values as never);
  return larger;
}

/** The first elements of an array: a view, as long as less than half of the memory is spare; that is cleared. */
export function cut<Numbers extends Growing>(values: Numbers, length: number): Numbers {
  if (length === values.length) return values;
  if (length * 2 < values.length) return values.slice(0, length) as Numbers;
  new Uint8Array(values.buffer, values.byteOffset + length * values.BYTES_PER_ELEMENT).fill(0);
  return values.subarray(0, length) as Numbers;
}
