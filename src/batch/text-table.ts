/** A text table as plain data: texts one after another as UTF-8, and `size + 1` Uint32 offsets. */
export interface TextTableState {
  readonly bytes: ArrayBuffer;
  readonly offsets: ArrayBuffer;
}

/**
 * Distinct UTF-8 texts, numbered from 0 in order of first appearance. Texts are the same when their bytes are: a hash
 * only finds candidates. Memory per text: its bytes, 8 bytes of offset and hash, and 5.3 to 10.7 bytes of slots, all
 * with up to half again as slack from growth. An `intern` of a known short text costs about 20 ns.
 */
export class TextTable {
  #bytes = new Uint8Array(1024);
  #offsets = new Uint32Array(65);
  #hashes = new Int32Array(64);
  /** Number + 1 of a text, by hash; 0 is free. */
  #slots = new Int32Array(128);
  #size = 0;
  /** Random, so that no file can be made to collide on purpose; numbers follow appearance and do not depend on it. */
  readonly #seed = Math.trunc(Math.random() * 0x1_0000_0000);

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
      if (entry === 0) break;
      if (this.#hashes[entry - 1] === hash && this.#equals(entry - 1, bytes, start, end)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return this.#add(bytes, start, end, hash, slot);
  }

  /** The text of a number. */
  text(id: number): string {
    return decoder.decode(this.#bytes.subarray(this.#offsets[id], this.#offsets[id + 1]));
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
    return {
      bytes: this.#bytes.slice(0, this.#offsets[this.#size]).buffer,
      offsets: this.#offsets.slice(0, this.#size + 1).buffer,
    };
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#offsets[id] ?? 0;
    if ((this.#offsets[id + 1] ?? 0) - from !== end - start) return false;
    const own = this.#bytes;
    for (let at = start, mine = from; at < end; at++, mine++) if (own[mine] !== bytes[at]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const id = this.#size++;
    const from = this.#offsets[id] ?? 0;
    const to = from + end - start;
    if (to > this.#bytes.length)
      this.#bytes = grown(this.#bytes, new Uint8Array(Math.max(to, this.#bytes.length * 1.5)));
    if (id + 2 > this.#offsets.length) {
      this.#offsets = grown(this.#offsets, new Uint32Array(this.#offsets.length * 1.5));
      this.#hashes = grown(this.#hashes, new Int32Array(this.#offsets.length));
    }
    this.#bytes.set(bytes.subarray(start, end), from);
    this.#offsets[id + 1] = to;
    this.#hashes[id] = hash;
    this.#slots[slot] = id + 1;
    if (this.#size * 4 > this.#slots.length * 3) this.#rehash();
    return id;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#size; id++) {
      let slot = (this.#hashes[id] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function grown<Numbers extends Uint8Array | Uint32Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

/** A seeded multiply-and-shift hash of the bytes, then mixed so that the low bits depend on all of them. */
function hashBytes(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = seed;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
