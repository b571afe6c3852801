import { HashSlots } from './hash-slots.ts';
import { mix, randomSeed } from './mix.ts';
import { ByteList, IntegerList } from './segments.ts';

/** A text table as plain data: texts one after another as UTF-8, and `size + 1` Uint32 offsets. */
export interface TextTableState {
  readonly bytes: ArrayBuffer;
  readonly offsets: ArrayBuffer;
}

/**
 * Distinct UTF-8 texts, numbered from 0 in order of first appearance. Texts are the same when their bytes are: a hash
 * only finds candidates. Memory per text: its bytes, 8 bytes of address and length, and 10.7 to 21.3 bytes of
 * slots; only the slots are ever copied to grow.
 */
export class TextTable {
  readonly #bytes = new ByteList();
  readonly #addresses = new IntegerList();
  readonly #lengths = new IntegerList();
  readonly #slots = new HashSlots();
  #size = 0;
  /** Random, so that no file can be made to collide on purpose; numbers follow appearance and do not depend on it. */
  readonly #seed = randomSeed();

  /** How many distinct texts there are. */
  get size(): number {
    return this.#size;
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
    for (let from = 0; from < ids.length; from += hashes.length) {
      const to = Math.min(ids.length, from + hashes.length);
      for (let id = from; id < to; id++) {
        const hash = hashBytes(this.#seed, bytes, offsets[id] ?? 0, offsets[id + 1] ?? 0);
        hashes[id - from] = hash;
        this.#slots.touch(hash);
      }
      for (let id = from; id < to; id++) {
        ids[id] = this.#intern(hashes[id - from] ?? 0, bytes, offsets[id] ?? 0, offsets[id + 1] ?? 0);
      }
    }
  }

  #intern(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const known = this.#lookUp(hash, bytes, start, end);
    if (known >= 0) return known;
    const id = this.#size++;
    this.#addresses.set(id, this.#bytes.append(bytes, start, end));
    this.#lengths.set(id, end - start);
    this.#slots.add(hash, id);
    return id;
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
    const bytes = new Uint8Array(state.bytes);
    const offsets = new Uint32Array(state.offsets);
    const ids = new Int32Array(offsets.length - 1);
    this.internAll(bytes, offsets, ids);
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

/** Hashes of the texts that are looked up together. */
const hashes = new Int32Array(64);

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
