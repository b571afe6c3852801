import type { Steps } from '../../pause.ts';
import { HashSlots } from '../hash/hash-slots.ts';
import { mix, randomSeed } from '../hash/mix.ts';
import { ByteList, IntegerList } from '../columns/segments.ts';

/** A text table as plain data: texts one after another as UTF-8, and `size + 1` Uint32 offsets. */
export interface TextTableState {
  readonly bytes: ArrayBuffer;
  readonly offsets: ArrayBuffer;
}

/**
 * Distinct UTF-8 texts, numbered from 0 in order of first appearance. Texts are the same when their bytes are: a hash
 * only finds candidates. Memory per text: its bytes, 8 bytes of address and length, and 10.7 to 21.3 bytes of
 * slots; only the slots are ever copied to grow.
 *
 * A table that is merged into another one anyway may leave finding repeats to that one. With repeats `'sampled'` it finds
 * all of a few thousand texts, and only a sample of more, drawn by their hashes: the rest get a new number, so that a text
 * may have several; but {@link TextTable.internAll} always finds that its first text is the one added last. As soon as any
 * other text of the sample comes again, all are found from there on.
 */
export class TextTable {
  readonly #bytes = new ByteList();
  readonly #addresses = new IntegerList();
  readonly #lengths = new IntegerList();
  #slots = new HashSlots();
  #size = 0;
  /** Random, so that no file can be made to collide on purpose; numbers follow appearance and do not depend on it. */
  readonly #seed = randomSeed();
  /** Only texts whose hashes have none of these bits are in the slots: 0 for all. */
  #leftOut = 0;
  /** The texts in the slots, while some may be left out: the number of each, and its hash. */
  #sample: [id: number, hash: number][] | undefined;

  constructor(repeats: 'found' | 'sampled' = 'found') {
    if (repeats === 'sampled') this.#sample = [];
  }

  /** How many distinct texts there are. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of all texts, with about 20 for each to find it by. */
  get bytes(): number {
    return this.#bytes.length + 20 * this.#size;
  }

  /** The number of the text `bytes[start, end)`; adds it if new (copied). Texts in all hold at most 4 GiB. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    return this.#intern(hashBytes(this.#seed, bytes, start, end), bytes, start, end);
  }

  /**
   * Interns `ids.length` texts, one after another in `bytes` at `offsets`, and writes their numbers. Their slots are looked
   * at together first, so that the processor waits for memory once and not for each: twice as fast in a large table.
   */
  internAll(bytes: Uint8Array, offsets: Uint32Array, ids: Int32Array): void {
    const first = this.#isLast(bytes, offsets) ? 1 : 0;
    if (first === 1) ids[0] = this.#size - 1;
    // each loop is a function: the engine compiles what runs often, with all that it calls
    for (let from = first; from < ids.length; from += hashes.length) {
      const to = Math.min(ids.length, from + hashes.length);
      hashTexts(this.#seed, bytes, offsets, from, to);
      if (this.#leftOut === 0) this.#slots.touchAll(hashes, to - from);
      this.#internHashed(bytes, offsets, ids, from, to);
    }
  }

  #internHashed(bytes: Uint8Array, offsets: Uint32Array, ids: Int32Array, from: number, to: number): void {
    for (let id = from; id < to; id++) {
      ids[id] = this.#intern(hashes[id - from] ?? 0, bytes, offsets[id] ?? 0, offsets[id + 1] ?? 0);
    }
  }

  #intern(hash: number, bytes: Uint8Array, start: number, end: number): number {
    if ((hash & this.#leftOut) !== 0) return this.#append(bytes, start, end);
    const known = this.#lookUp(hash, bytes, start, end);
    if (known >= 0) {
      if (this.#sample !== undefined) this.#findAll();
      return known;
    }
    const id = this.#append(bytes, start, end);
    this.#slots.add(hash, id);
    if (this.#sample !== undefined && this.#sample.push([id, hash]) > mostSampled) this.#halve(this.#sample);
    return id;
  }

  /** Whether the first of some texts is the one added last: so go on the rows of an item from one batch to the next. */
  #isLast(bytes: Uint8Array, offsets: Uint32Array): boolean {
    const [start = 0, end] = offsets;
    return end !== undefined && this.#size > 0 && this.#equals(this.#size - 1, bytes, start, end);
  }

  #append(bytes: Uint8Array, start: number, end: number): number {
    const id = this.#size++;
    this.#addresses.set(id, this.#bytes.append(bytes, start, end));
    this.#lengths.set(id, end - start);
    return id;
  }

  /** Leaves every other text out of the slots. */
  #halve(sample: readonly [id: number, hash: number][]): void {
    this.#leftOut = (this.#leftOut >> 1) | (1 << 31);
    this.#slots = new HashSlots();
    this.#sample = sample.filter(([, hash]) => (hash & this.#leftOut) === 0);
    for (const [id, hash] of this.#sample) this.#addSlot(id, hash);
  }

  /** Puts all texts into the slots: from now on they are found. */
  #findAll(): void {
    this.#sample = undefined;
    if (this.#leftOut === 0) return;
    this.#leftOut = 0;
    this.#slots = new HashSlots(this.#size);
    for (let id = 0; id < this.#size; id++) {
      const bytes = this.#view(id);
      this.#addSlot(id, hashBytes(this.#seed, bytes, 0, bytes.length));
    }
  }

  #addSlot(id: number, hash: number): void {
    for (let other = this.#slots.first(hash); other >= 0; other = this.#slots.next(hash));
    this.#slots.add(hash, id);
  }

  /** The number of the text `bytes[start, end)`, -1 where it was never added. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return this.#lookUp(hashBytes(this.#seed, bytes, start, end), bytes, start, end);
  }

  /** The text of a number. */
  text(id: number): string {
    return decoder.decode(this.#view(id));
  }

  /** The bytes of the text of a number, valid until the next text is added. */
  bytesOf(id: number): Uint8Array {
    return this.#view(id);
  }

  /** Interns every text of another table's state; returns the number here for each number there. */
  merge(state: TextTableState): Int32Array {
    const merging = this.mergeInSteps(state);
    for (let step = merging.next(); ; step = merging.next()) if (step.done === true) return step.value;
  }

  /** The same in steps, between which other texts may be added. */
  *mergeInSteps(state: TextTableState): Steps<Int32Array> {
    const bytes = new Uint8Array(state.bytes);
    const offsets = new Uint32Array(state.offsets);
    const ids = new Int32Array(offsets.length - 1);
    for (let from = 0; from < ids.length; from += mergedAtOnce) {
      const to = Math.min(ids.length, from + mergedAtOnce);
      this.internAll(bytes, offsets.subarray(from, to + 1), ids.subarray(from, to));
      yield 2 * (to - from);
    }
    return ids;
  }

  /** A copy of all texts as plain, transferable data. */
  export(): TextTableState {
    const offsets = new Uint32Array(this.#size + 1);
    for (let id = 0; id < this.#size; id++) offsets[id + 1] = (offsets[id] ?? 0) + this.#lengths.get(id);
    const bytes = new Uint8Array(offsets[this.#size] ?? 0);
    this.#bytes.copyTo(bytes); // they were added in the order of their numbers
    return { bytes: bytes.buffer, offsets: offsets.buffer };
  }

  #view(id: number): Uint8Array {
    return this.#bytes.view(this.#addresses.get(id), this.#lengths.get(id));
  }

  #lookUp(hash: number, bytes: Uint8Array, start: number, end: number): number {
    let id = this.#slots.first(hash);
    while (id >= 0 && !this.#equals(id, bytes, start, end)) id = this.#slots.next(hash);
    return id;
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    return this.#lengths.get(id) === end - start && this.#bytes.equals(this.#addresses.get(id), bytes, start, end);
  }
}

const mergedAtOnce = 4096;

/** Texts of a sample. */
const mostSampled = 8192;

/** Hashes of the texts that are looked up together. */
const hashes = new Int32Array(64);

function hashTexts(seed: number, bytes: Uint8Array, offsets: Uint32Array, from: number, to: number): void {
  for (let id = from; id < to; id++) {
    hashes[id - from] = hashBytes(seed, bytes, offsets[id] ?? 0, offsets[id + 1] ?? 0);
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * A seeded multiply-and-shift hash of the bytes, then mixed so that the low bits depend on all of them: for slots and
 * shares, not for equality.
 */
export function hashBytes(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = seed;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
  }
  return mix(hash);
}
