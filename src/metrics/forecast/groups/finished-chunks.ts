import type { Figures, FiguresPlan } from '../figures.ts';

/**
 * Finished groups side by side, as plain data whose buffers move between threads. Of a group: its key, a number for each of
 * `by` (of a text, of a window, or the step itself, 0 for none); in how many windows it is; Σ|y|; its counts; its figures over
 * all its rows, and averaged over windows, which are the same where it is in one window; its sums where they are kept.
 */
export interface FinishedChunk {
  size: number;
  readonly keys: Int32Array<ArrayBuffer>;
  readonly windowCounts: Uint32Array<ArrayBuffer>;
  readonly absoluteActuals: Float64Array<ArrayBuffer>;
  /** Doubles where a count is beyond 32 bits. */
  counts: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  readonly pooled: Float64Array<ArrayBuffer>;
  /** Undefined where every group so far is in one window. */
  averaged: Float64Array<ArrayBuffer> | undefined;
  /** Undefined where sums are not kept. */
  readonly sums: Float64Array<ArrayBuffer> | undefined;
}

/** One finished group, to be copied. `averaged` is `pooled` where there is one window. */
export interface FinishedGroup {
  readonly key: Int32Array;
  readonly windowCount: number;
  readonly absoluteActuals: number;
  readonly counts: Float64Array | Uint32Array;
  /** Over all its rows, as the shape numbers them; only read where sums are kept. */
  readonly sums: Float64Array;
  readonly pooled: Figures;
  readonly averaged: Figures;
}

const noReasons = new Uint8Array();
const noSums = new Float64Array();
const chunkBits = 10;
const largestChunk = 1 << chunkBits;
const smallestChunk = 16;
const mostCount = 0xffff_ffff;

/**
 * A growing list of finished groups, in chunks of 1,024: nothing is copied to grow, nor when a part's list is taken over.
 * Memory for each group with mean and three quantiles: about 270 bytes, 410 if it is in several windows, and 144 for its sums.
 */
export class FinishedChunks {
  readonly #keyWidth: number;
  readonly #plan: FiguresPlan;
  readonly #keepSums: boolean;
  readonly #chunks: FinishedChunk[] = [];
  #open: FinishedChunk | undefined;
  #capacity = 0;

  constructor(keyWidth: number, plan: FiguresPlan, keepSums = false) {
    this.#keyWidth = keyWidth;
    this.#plan = plan;
    this.#keepSums = keepSums;
  }

  /** The chunks. Whoever takes them over for good must have no other use of this list. */
  get chunks(): readonly FinishedChunk[] {
    return this.#chunks;
  }

  /** Adds a group; returns its address. */
  add({ key, windowCount, absoluteActuals, counts, sums, pooled, averaged }: FinishedGroup): number {
    const chunk = this.#open !== undefined && this.#open.size < this.#capacity ? this.#open : this.#begin();
    const row = chunk.size++;
    for (let part = 0; part < key.length; part++) chunk.keys[row * this.#keyWidth + part] = key[part] ?? 0;
    chunk.windowCounts[row] = windowCount;
    chunk.absoluteActuals[row] = absoluteActuals;
    setCounts(chunk, counts, row * this.#plan.shape.counts);
    const at = row * this.#plan.metrics.length;
    setFigures(chunk.pooled, pooled.values, at);
    if (chunk.sums !== undefined) setFigures(chunk.sums, sums, row * this.#plan.shape.outputs);
    if (averaged !== pooled) {
      chunk.averaged ??= new Float64Array(chunk.pooled.length);
      setFigures(chunk.averaged, averaged.values, at);
    }
    return ((this.#chunks.length - 1) << chunkBits) | row;
  }

  /** Leaves the chunks that there are as they are: the next group begins another. */
  seal(): void {
    this.#open = undefined;
  }

  /** Takes over the chunks of another list. */
  take(chunks: readonly FinishedChunk[]): void {
    this.seal();
    for (const chunk of chunks) this.#chunks.push(chunk);
  }

  /** A new list of some of the groups, in the order of their addresses here. */
  select(addresses: readonly number[]): FinishedChunks {
    const selected = new FinishedChunks(this.#keyWidth, this.#plan, this.#keepSums);
    for (const address of addresses) {
      const { pooled, averaged, ...group } = this.at(address);
      const values = { values: pooled, reasons: noReasons };
      selected.add({
        ...group,
        pooled: values,
        averaged: averaged === pooled ? values : { values: averaged, reasons: noReasons },
      });
    }
    return selected;
  }

  /** The address of every group. */
  addresses(): Uint32Array {
    const all = new Uint32Array(this.#chunks.reduce((sum, { size }) => sum + size, 0));
    let at = 0;
    for (const [index, { size }] of this.#chunks.entries()) {
      for (let row = 0; row < size; row++) all[at++] = (index << chunkBits) | row;
    }
    return all;
  }

  /** Beyond every address. */
  get addressEnd(): number {
    return this.#chunks.length << chunkBits;
  }

  /** The number of one part of a group's key. */
  keyAt(address: number, part: number): number {
    return this.#chunkOf(address).keys[rowOf(address) * this.#keyWidth + part] ?? 0;
  }

  /** The group at an address: views, valid as long as the list is. */
  at(address: number): Omit<FinishedGroup, 'pooled' | 'averaged'> & { pooled: Float64Array; averaged: Float64Array } {
    const chunk = this.#chunkOf(address);
    const row = rowOf(address);
    const { shape, metrics } = this.#plan;
    const [from, to] = [row * metrics.length, (row + 1) * metrics.length];
    const windowCount = chunk.windowCounts[row] ?? 0;
    const pooled = chunk.pooled.subarray(from, to);
    return {
      key: chunk.keys.subarray(row * this.#keyWidth, (row + 1) * this.#keyWidth),
      windowCount,
      absoluteActuals: chunk.absoluteActuals[row] ?? 0,
      counts: chunk.counts.subarray(row * shape.counts, (row + 1) * shape.counts),
      sums: chunk.sums?.subarray(row * shape.outputs, (row + 1) * shape.outputs) ?? noSums,
      pooled,
      averaged: windowCount > 1 && chunk.averaged !== undefined ? chunk.averaged.subarray(from, to) : pooled,
    };
  }

  /** Where the group at an address is. */
  find(address: number): { readonly chunk: FinishedChunk; readonly row: number } {
    return { chunk: this.#chunkOf(address), row: rowOf(address) };
  }

  #chunkOf(address: number): FinishedChunk {
    const chunk = this.#chunks[address >>> chunkBits];
    if (chunk === undefined) throw new RangeError(`no finished group at ${address}`);
    return chunk;
  }

  /** The first chunk is small, the others are not. */
  #begin(): FinishedChunk {
    this.#capacity = this.#open === undefined ? smallestChunk : largestChunk;
    const groups = this.#capacity;
    const { shape, metrics } = this.#plan;
    this.#open = {
      size: 0,
      keys: new Int32Array(groups * this.#keyWidth),
      windowCounts: new Uint32Array(groups),
      absoluteActuals: new Float64Array(groups),
      counts: new Uint32Array(groups * shape.counts),
      pooled: new Float64Array(groups * metrics.length),
      averaged: undefined,
      sums: this.#keepSums ? new Float64Array(groups * shape.outputs) : undefined,
    };
    this.#chunks.push(this.#open);
    return this.#open;
  }
}

function rowOf(address: number): number {
  return address & (largestChunk - 1);
}

/** In loops: converting `set` is slow for so few. */
function setCounts(chunk: FinishedChunk, counts: Float64Array | Uint32Array, at: number): void {
  let most = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] ?? 0;
    chunk.counts[at + index] = count;
    if (count > most) most = count;
  }
  if (most <= mostCount || chunk.counts instanceof Float64Array) return;
  chunk.counts = Float64Array.from(chunk.counts);
  chunk.counts.set(counts, at);
}

function setFigures(target: Float64Array, values: Float64Array, at: number): void {
  for (let place = 0; place < values.length; place++) target[at + place] = values[place] ?? Number.NaN;
}

/** The buffers of chunks, to be moved between threads. */
export function chunkBuffers(chunks: readonly FinishedChunk[]): ArrayBuffer[] {
  return chunks.flatMap(({ keys, windowCounts, absoluteActuals, counts, pooled, averaged, sums }) => [
    keys.buffer,
    windowCounts.buffer,
    absoluteActuals.buffer,
    counts.buffer,
    pooled.buffer,
    ...(averaged === undefined ? [] : [averaged.buffer]),
    ...(sums === undefined ? [] : [sums.buffer]),
  ]);
}
