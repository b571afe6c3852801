import type { Column, TextDictionary } from '../../batch/columns/column-batch.ts';
import { copyText } from '../../batch/columns/copy-text.ts';
import type { PageMemory } from './page-memory.ts';
import type { GroupColumn } from './row-group-column.ts';

/** Addresses in a memory: of the codes of a batch, what they become, and the codes of the row group by that; of a column's marks. */
interface CuttingPlaces {
  readonly codes: number;
  readonly own: number;
  readonly distinct: number;
  readonly marks: number;
}

/**
 * A cutter for each column of text of a row group, whose batches have at most `mostRows` rows. All work in one memory, which they
 * take whole. `copied` is told the bytes of each dictionary before they are copied.
 */
export function makeTextCutters(
  columns: ReadonlyMap<string, GroupColumn>,
  mostRows: number,
  memory: PageMemory,
  copied: (column: string, bytes: number) => void,
): Map<string, TextCutter> {
  const texts = [...columns].flatMap(([name, column]) => (column.kind === 'text' ? [{ name, ...column }] : []));
  const rowBytes = texts.length === 0 ? 0 : mostRows * 4;
  const markBytes = texts.map(({ dictionary }) => dictionary.size * 8);
  const [codes = 0, own = 0, distinct = 0, ...marks] = memory.layOut([rowBytes, rowBytes, rowBytes, ...markBytes]);
  return new Map(
    texts.map((text, index) => {
      const places = { codes, own, distinct, marks: marks[index] ?? 0 };
      memory.u8.fill(0, places.marks, places.marks + (markBytes[index] ?? 0));
      const cutter = new TextCutter(text.codes, text.dictionary, memory, places, (bytes) => copied(text.name, bytes));
      return [text.name, cutter];
    }),
  );
}

/**
 * Gives each batch a dictionary of the texts that it holds, in order of appearance, so that a batch costs what its rows
 * cost, whatever the size of the row group's dictionary. The kernel looks at the codes of a batch, four at a time; the arrays of
 * a batch are those of the one before, as a batch is borrowed.
 */
export class TextCutter {
  readonly #codes: Int32Array;
  readonly #dictionary: TextDictionary;
  readonly #memory: PageMemory;
  readonly #places: CuttingPlaces;
  /** All of the memory. */
  readonly #words: Int32Array;
  readonly #copied: (bytes: number) => void;
  #batch = 0;
  #own = new Int32Array(0);
  #offsets = new Uint32Array(1);
  #bytes = new Uint8Array(0);

  constructor(
    codes: Int32Array,
    dictionary: TextDictionary,
    memory: PageMemory,
    places: CuttingPlaces,
    copied: (bytes: number) => void,
  ) {
    this.#codes = codes;
    this.#dictionary = dictionary;
    this.#memory = memory;
    this.#places = places;
    this.#words = new Int32Array(memory.u8.buffer);
    this.#copied = copied;
  }

  cut(from: number, to: number): Column {
    const rows = to - from;
    if (this.#own.length < rows) {
      this.#own = new Int32Array(rows);
      this.#offsets = new Uint32Array(rows + 1);
    }
    const size = this.#renumber(from, to);
    const bytes = this.#gather(size);
    const dictionary = { size, offsets: this.#offsets.subarray(0, size + 1), bytes };
    return { kind: 'text', codes: this.#own.subarray(0, rows), dictionary };
  }

  /** Numbers the texts of the rows by their appearance; returns how many they are. */
  #renumber(from: number, to: number): number {
    const batch = ++this.#batch;
    const { codes, own, distinct, marks } = this.#places;
    this.#words.set(this.#codes.subarray(from, to), codes >>> 2);
    const size = this.#memory.run((kernel) => kernel.renumber(codes, to - from, marks, batch, own, distinct));
    this.#own.set(this.#words.subarray(own >>> 2, (own >>> 2) + to - from));
    return size;
  }

  /** Copies the texts that the kernel found to the batch's dictionary. */
  #gather(size: number): Uint8Array {
    const { offsets: places, bytes: texts } = this.#dictionary;
    const offsets = this.#offsets;
    const first = this.#places.distinct >>> 2;
    for (let index = 0; index < size; index++) {
      const code = this.#words[first + index] ?? 0;
      offsets[index + 1] = (offsets[index] ?? 0) + (places[code + 1] ?? 0) - (places[code] ?? 0);
    }
    const length = offsets[size] ?? 0;
    this.#copied(length);
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(length);
    for (let index = 0; index < size; index++) {
      const code = this.#words[first + index] ?? 0;
      const start = places[code] ?? 0;
      copyText(texts, start, places[code + 1] ?? start, this.#bytes, offsets[index] ?? 0);
    }
    return this.#bytes.subarray(0, length);
  }
}
