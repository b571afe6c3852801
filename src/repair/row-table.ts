import { compareCells, type Likeness } from '../batch/cell-bits.ts';
import { hashRow } from '../batch/number-hash.ts';
import type { RecordPlace } from '../export/locate-rows.ts';
import type { Pause } from '../pause.ts';
import type { RowReader } from './row-reader.ts';

/** The first row with a key, and how alike the numbers of the current row are. */
export interface EarlierRow extends RecordPlace {
  readonly likeness: Likeness;
}

const rowsOfBlock = 2 ** 13;
/** Copies are counted up to this. */
const mostCopies = 255;

/**
 * Every row kept so far, cell by cell: a seeded hash only finds where to look, and rows are the same when their cells are.
 * Memory for a row: 8 bytes a time, a number and every two texts, and 18 to 25 besides. Blocks of rows are never copied;
 * the slots are, when they double.
 */
export class RowTable {
  readonly #keyWords: number;
  readonly #numbersAt: number;
  readonly #width: number;
  readonly #seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  readonly #blocks: Block[] = [];
  /** Number + 1 of a row; 0 is free. */
  #slots = new Int32Array(2 ** 14);
  #size = 0;
  #different = false;

  /** For the images of a reader. */
  constructor({ numbersAt, width }: Pick<RowReader, 'numbersAt' | 'width'>) {
    this.#numbersAt = numbersAt;
    this.#keyWords = 2 * numbersAt;
    this.#width = width;
  }

  /** Makes room for so many more rows; gives way while it does. @throws the signal's reason */
  async reserve(rows: number, pause: Pause): Promise<void> {
    let length = this.#slots.length;
    while ((this.#size + rows) * 4 > length * 3) length *= 2;
    if (length === this.#slots.length) return;
    const slots = new Int32Array(length);
    let number = 0;
    for (const { hashes } of this.#blocks) {
      for (let at = 0; at < rowsOfBlock && number < this.#size; at++) {
        let slot = (hashes[at] ?? 0) & (length - 1);
        while (slots[slot] !== 0) slot = (slot + 1) & (length - 1);
        slots[slot] = ++number;
      }
      if (pause.isDue(rowsOfBlock)) await pause.take();
    }
    this.#slots = slots;
  }

  /**
   * Keeps the row whose image stands at `images[from]`, for which there must be room, unless there is one of its key; then
   * tells of that one.
   */
  add(images: Uint32Array, from: number, part: number, record: number): EarlierRow | undefined {
    const mask = this.#slots.length - 1;
    const hash = hashRow(this.#seed, images, from, this.#keyWords);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0) {
        this.#keep(images, from, hash, { part, record });
        this.#slots[slot] = this.#size;
        return undefined;
      }
      const block = this.#blockOf(number);
      const at = number % rowsOfBlock;
      if (block.hashes[at] === hash && this.#isKey(block, at, images, from))
        return this.#compare(block, at, images, from);
    }
  }

  /** How often every key came, where all came as often, more than once, with the same or near numbers; else 1. */
  merged(): number {
    const copies = this.#blocks[0]?.copies[0] ?? 1;
    if (this.#different || this.#size < 2 || copies === mostCopies) return 1;
    for (let number = 0; number < this.#size; number++) {
      if (this.#blockOf(number).copies[number % rowsOfBlock] !== copies) return 1;
    }
    return copies;
  }

  #isKey({ words }: Block, at: number, images: Uint32Array, from: number): boolean {
    const own = 2 * at * this.#width;
    for (let word = 0; word < this.#keyWords; word++) if (words[own + word] !== images[from + word]) return false;
    return true;
  }

  #compare({ words, places, copies }: Block, at: number, images: Uint32Array, from: number): EarlierRow {
    const numbers = at * this.#width + this.#numbersAt;
    const count = this.#width - this.#numbersAt;
    const likeness = compareCells(words, numbers, images, from / 2 + this.#numbersAt, count);
    if (likeness === 'different') this.#different = true;
    copies[at] = Math.min(mostCopies, (copies[at] ?? 0) + 1);
    return { part: places[2 * at] ?? 0, record: places[2 * at + 1] ?? 0, likeness };
  }

  #keep(images: Uint32Array, from: number, hash: number, { part, record }: RecordPlace): void {
    const at = this.#size++ % rowsOfBlock;
    if (at === 0) this.#blocks.push(makeBlock(this.#width));
    const { words, hashes, places, copies } = this.#blockOf(this.#size - 1);
    const own = 2 * at * this.#width;
    for (let word = 0; word < 2 * this.#width; word++) words[own + word] = images[from + word] ?? 0;
    hashes[at] = hash;
    places[2 * at] = part;
    places[2 * at + 1] = record;
    copies[at] = 1;
  }

  #blockOf(number: number): Block {
    const block = this.#blocks[Math.floor(number / rowsOfBlock)];
    if (block === undefined) throw new RangeError(`there is no row ${number}`);
    return block;
  }
}

/** Rows by number: their words, the hash of their key, part and record, and how often their key came. */
interface Block {
  readonly words: Uint32Array;
  readonly hashes: Int32Array;
  readonly places: Uint32Array;
  readonly copies: Uint8Array;
}

function makeBlock(width: number): Block {
  return {
    words: new Uint32Array(2 * width * rowsOfBlock),
    hashes: new Int32Array(rowsOfBlock),
    places: new Uint32Array(2 * rowsOfBlock),
    copies: new Uint8Array(rowsOfBlock),
  };
}
