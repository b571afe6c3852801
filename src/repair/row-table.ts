import { hashWords } from '../batch/text-hash.ts';
import { rowWords } from './row-keys.ts';

/** Where a row stands: the part by its number among those that are read, and the record in it. */
export interface RowPlace {
  readonly part: number;
  readonly record: number;
}

const wordsOfRow = rowWords + 2;

/** Every row kept so far, by the hash of its key. 40 to 80 bytes for each: the arrays double when they are full. */
export class RowTable {
  #rows = new Uint32Array(wordsOfRow * 1024);
  /** Number + 1 of a row; 0 is free. */
  #slots = new Int32Array(2048);
  #size = 0;

  /** Keeps a row unless there is one of its key; then answers where that one is, and whether it has the same numbers. */
  add(words: Uint32Array, part: number, record: number): (RowPlace & { readonly same: boolean }) | undefined {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    const mask = this.#slots.length - 1;
    for (let slot = (words[0] ?? 0) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] ?? 0;
      if (number === 0) {
        this.#keep(words, part, record, slot);
        return undefined;
      }
      const at = (number - 1) * wordsOfRow;
      if (!this.#equals(at, words, 0, hashWords)) continue;
      const same = this.#equals(at, words, hashWords, rowWords);
      return { part: this.#rows[at + rowWords] ?? 0, record: this.#rows[at + rowWords + 1] ?? 0, same };
    }
  }

  #keep(words: Uint32Array, part: number, record: number, slot: number): void {
    const at = this.#size * wordsOfRow;
    this.#rows.set(words, at);
    this.#rows[at + rowWords] = part;
    this.#rows[at + rowWords + 1] = record;
    this.#slots[slot] = ++this.#size;
  }

  #equals(at: number, words: Uint32Array, from: number, to: number): boolean {
    for (let word = from; word < to; word++) if (this.#rows[at + word] !== words[word]) return false;
    return true;
  }

  #grow(): void {
    const rows = new Uint32Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 1; number <= this.#size; number++) {
      let slot = (rows[(number - 1) * wordsOfRow] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }
}
