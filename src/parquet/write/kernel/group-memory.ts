import type { TextDictionary } from '../../../batch/columns/column-batch.ts';
import type { ColumnSchema } from '../../../schema/schema.ts';
import { planRegions, pageRows, type ColumnRegions } from './group-regions.ts';
import { encodeKernels, type EncodeKernel, type KernelFunctions } from './kernel.ts';
import { map } from './map.generated.ts';

/** Where the texts of a batch's dictionary wait to be looked up. */
export interface StagedTexts {
  readonly offsets: number;
  readonly bytes: number;
  readonly ids: number;
}

/**
 * The memory of one encoder, used again for each row group: the cells of its columns, then their texts, which grow, and
 * behind the texts whatever is needed for the moment. Views are replaced when the memory grows, so they are read afresh
 * after anything that may reserve.
 */
export class GroupMemory {
  readonly functions: KernelFunctions;
  readonly columns: readonly ColumnRegions[];
  /** A region with an integer of 32 bits for each row of a page. */
  readonly rows: number;
  u8: Uint8Array<ArrayBuffer> = new Uint8Array();
  i32: Int32Array<ArrayBuffer> = new Int32Array();
  f64: Float64Array<ArrayBuffer> = new Float64Array();
  readonly #texts: number;
  #kernel: EncodeKernel | undefined;

  /** For row groups of at most `capacity` rows. @throws `MEMORY_REFUSED` */
  constructor(columns: readonly ColumnSchema[], capacity: number) {
    const regions = planRegions(columns, capacity);
    this.columns = regions.columns;
    this.rows = regions.rows;
    this.#texts = regions.end;
    this.#kernel = encodeKernels.acquire(regions.end + growth);
    this.functions = this.#kernel.functions;
    this.#look(this.#kernel);
    for (const { descriptor, values, states, codes, entries, slots } of this.columns) {
      this.put(descriptor + map.VALUES, values);
      this.put(descriptor + map.STATES, states);
      this.put(descriptor + map.CODES, codes);
      this.put(descriptor + map.ENTRIES, entries);
      this.put(descriptor + map.SLOTS, slots);
    }
    this.clear();
  }

  /** Bytes of the texts of all dictionaries. */
  get textBytes(): number {
    return this.get(map.TEXT_END) - this.#texts;
  }

  /** The first address behind the texts, aligned. */
  get free(): number {
    return roundUp(this.get(map.TEXT_END) + map.ROOM);
  }

  /** Empties the dictionaries. */
  clear(): void {
    this.put(map.TEXT_END, this.#texts);
    for (const { descriptor, slots } of this.columns) {
      this.put(descriptor + map.SIZE, 0);
      if (slots === 0) continue;
      this.put(descriptor + map.SLOT_MASK, map.FIRST_SLOTS - 1);
      this.u8.fill(0, slots, slots + map.FIRST_SLOTS * 4);
      this.put(descriptor + map.LAST_CODE, 0);
      this.f64[(descriptor + map.LAST_TIME) >>> 3] = Number.NaN;
    }
  }

  /** Puts the texts of a batch behind those of the row group, with as much room between as they may need there. */
  stageTexts({ size, offsets, bytes }: TextDictionary): StagedTexts {
    const length = offsets[size] ?? 0;
    const staged = roundUp(this.get(map.TEXT_END) + length + map.ROOM);
    const ids = staged + 4 * (size + 1);
    const texts = ids + 4 * size;
    this.reserve(texts + length);
    this.i32.set(offsets.subarray(0, size + 1), staged >>> 2);
    this.u8.set(bytes.subarray(0, length), texts);
    return { offsets: staged, bytes: texts, ids };
  }

  /** How many of the first `rows` cells of a batch are empty, and how many not defined. */
  countNulls(states: Uint8Array, rows: number): { empty: number; notDefined: number } {
    let [empty, notDefined] = [0, 0];
    for (let from = 0; from < rows; from += 4 * pageRows) {
      const to = Math.min(rows, from + 4 * pageRows);
      const piece = to - from === states.length ? states : states.subarray(from, to);
      this.u8.set(piece, this.rows);
      empty += this.functions.countNulls(this.rows, piece.length);
      notDefined += this.get(map.NOT_DEFINED);
    }
    return { empty: empty - notDefined, notDefined };
  }

  /** Makes sure that there is memory up to `end` and a vector further. @throws `MEMORY_REFUSED` */
  reserve(end: number): void {
    const needed = end + map.ROOM;
    if (needed <= this.u8.length) return;
    if (this.#kernel === undefined) throw new TypeError('the encoder has been released');
    encodeKernels.grow(this.#kernel, needed, needed + growth);
    this.#look(this.#kernel);
  }

  get(address: number): number {
    return (this.i32[address >>> 2] ?? 0) >>> 0;
  }

  put(address: number, value: number): void {
    this.i32[address >>> 2] = value;
  }

  /** Gives the kernel back, unless it trapped. Afterwards nothing else is called. */
  release(trapped = false): void {
    if (this.#kernel !== undefined && !trapped) encodeKernels.release(this.#kernel);
    this.#kernel = undefined;
  }

  get released(): boolean {
    return this.#kernel === undefined;
  }

  #look({ memory: { buffer } }: EncodeKernel): void {
    this.u8 = new Uint8Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}

/** Memory grows by at least as much, since each time costs new views; at first it is room for a part of few rows. */
const growth = 1 << 22;

/** The next address that is a multiple of 16. */
function roundUp(address: number): number {
  return Math.ceil(address / 16) * 16;
}
