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
  /** Number + 1 of a text, by hash; 0 is free. */
  #slots = new Int32Array(128);
  /** The hash of the text in each slot. */
  #hashes = new Int32Array(128);
  #size = 0;
  /** Random, so that no file can be made to collide on purpose; numbers follow appearance and do not depend on it. */
  readonly #seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

  /** How many distinct texts there are. */
  get size(): number {
    return this.#size;
  }

  /** The number of the text `bytes[start, end)`; adds it if new (copied). Texts in all hold at most 4 GiB. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(this.#seed, bytes, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const entry = this.#slots[slot] ?? 0;
      if (entry === 0) return this.#add(bytes, start, end, hash, slot);
      if (this.#hashes[slot] === hash && this.#equals(entry - 1, bytes, start, end)) return entry - 1;
      slot = (slot + 1) & mask;
    }
  }

  /** The number of the text `bytes[start, end)`, -1 where it was never added. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(this.#seed, bytes, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] ?? 0;
      if (entry === 0) return -1;
      if (this.#hashes[slot] === hash && this.#equals(entry - 1, bytes, start, end)) return entry - 1;
    }
  }

  /** The text of a number. */
  text(id: number): string {
    return decoder.decode(this.#view(id));
  }

  /** The bytes of the text of a number, valid until the next text is added. */
  bytesOf(id: number): Uint8Array {
    return this.#view(id);
  }

  /** Interns every text of another table's state; answers the number here for each number there. */
  merge(state: TextTableState): Int32Array {
    const bytes = new Uint8Array(state.bytes);
    const offsets = new Uint32Array(state.offsets);
    const ids = new Int32Array(offsets.length - 1);
    for (let id = 0; id < ids.length; id++) ids[id] = this.intern(bytes, offsets[id] ?? 0, offsets[id + 1] ?? 0);
    return ids;
  }

  /** A copy of all texts as plain, transferable data. */
  export(): TextTableState {
    const offsets = new Uint32Array(this.#size + 1);
    for (let id = 0; id < this.#size; id++) offsets[id + 1] = (offsets[id] ?? 0) + this.#lengths.get(id);
    const bytes = new Uint8Array(offsets[this.#size] ?? 0);
    for (let id = 0; id < this.#size; id++) bytes.set(this.#view(id), offsets[id]);
    return { bytes: bytes.buffer, offsets: offsets.buffer };
  }

  #view(id: number): Uint8Array {
    return this.#bytes.view(this.#addresses.get(id), this.#lengths.get(id));
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    return this.#lengths.get(id) === end - start && this.#bytes.equals(this.#addresses.get(id), bytes, start, end);
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const id = this.#size++;
    this.#addresses.set(id, this.#bytes.append(bytes, start, end));
    this.#lengths.set(id, end - start);
    this.#slots[slot] = id + 1;
    this.#hashes[slot] = hash;
    if (this.#size * 4 > this.#slots.length * 3) this.#rehash();
    return id;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const hashes = new Int32Array(slots.length);
    const mask = slots.length - 1;
    for (const [old, entry] of this.#slots.entries()) {
      if (entry === 0) continue;
      const hash = this.#hashes[old] ?? 0;
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry;
      hashes[slot] = hash;
    }
    this.#slots = slots;
    this.#hashes = hashes;
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
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
