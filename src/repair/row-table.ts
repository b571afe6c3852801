import { compareCells, type Likeness } from '../batch/columns/cell-bits.ts';
import { HashSlots } from '../batch/hash/hash-slots.ts';
import { randomSeed } from '../batch/hash/mix.ts';
import { hashRow } from '../batch/hash/number-hash.ts';
import type { RecordPlace } from '../export/parts/locate-rows.ts';
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
 * Every row kept so far, cell by cell: a seeded hash only finds candidates; rows are equal when their cells are.
 * Memory for a row: 8 bytes a time, a number and every two texts, and 20 to 31 besides. Rows are never copied when the table
 * grows.
 */
export class RowTable {
  readonly #keyWords: number;
  readonly #numbersAt: number;
  readonly #width: number;
  readonly #seed = randomSeed();
  readonly #blocks: Block[] = [];
  readonly #slots = new HashSlots();
  #size = 0;
  #different = false;

  /** For the images of a reader. */
  constructor({ numbersAt, width }: Pick<RowReader, 'numbersAt' | 'width'>) {
    this.#numbersAt = numbersAt;
    this.#keyWords = 2 * numbersAt;
    this.#width = width;
  }

  /** Makes room for this many more rows, yielding to the event loop. @throws the signal's reason */
  async reserve(rows: number, pause: Pause): Promise<void> {
    await this.#slots.reserve(rows, pause);
  }

  /**
   * Keeps the row whose image is at `images[from]`, for which there must be room, unless there is one with its key; then
   * returns that one.
   */
  add(images: Uint32Array, from: number, part: number, record: number): EarlierRow | undefined {
    const hash = hashRow(this.#seed, images, from, this.#keyWords);
    for (let number = this.#slots.first(hash); number >= 0; number = this.#slots.next(hash)) {
      const block = this.#blockOf(number);
      const at = number % rowsOfBlock;
      if (this.#isKey(block, at, images, from)) return this.#compare(block, at, images, from);
    }
    this.#slots.add(hash, this.#size);
    this.#keep(images, from, { part, record });
    return undefined;
  }

  /** How often every key appeared, where all did equally often, more than once, with equal or near numbers; else 1. */
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

  #keep(images: Uint32Array, from: number, { part, record }: RecordPlace): void {
    const at = this.#size++ % rowsOfBlock;
    if (at === 0) this.#blocks.push(makeBlock(this.#width));
    const { words, places, copies } = this.#blockOf(this.#size - 1);
    const own = 2 * at * this.#width;
    for (let word = 0; word < 2 * this.#width; word++) words[own + word] = images[from + word] ?? 0;
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

/** Rows by number: their words, part and record, and how often their key appeared. */
interface Block {
  readonly words: Uint32Array;
  readonly places: Uint32Array;
  readonly copies: Uint8Array;
}

function makeBlock(width: number): Block {
  return {
    words: new Uint32Array(2 * width * rowsOfBlock),
    places: new Uint32Array(2 * rowsOfBlock),
    copies: new Uint8Array(rowsOfBlock),
  };
}
