import { writeCell } from '../batch/columns/cell-bits.ts';
import type { ColumnBatch, NumberColumn, TextColumn, TimeColumn } from '../batch/columns/column-batch.ts';
import { TextTable } from '../batch/tables/text-table.ts';
import { numberColumn, textColumn, timeColumn } from '../batch/columns/typed-column.ts';
import { keyColumns } from '../schema/columns-of.ts';
import type { ColumnKind, ColumnSchema, TableSchema } from '../schema/schema.ts';

/**
 * Reads the rows of a batch as images, one after another: of each row its times, its texts by their numbers (two in a double),
 * then its numbers. Empty cells, `not defined` and NaN are three values, -0 is not 0. About 3 ns a cell. Exactly the rows of
 * one key have the same words before `numbersAt`.
 */
export class RowReader {
  /** The first double of the numbers; what comes before is the key: item, dimensions, times, kind of window. */
  readonly numbersAt: number;
  /** Doubles of a row. */
  readonly width: number;
  readonly #times: readonly string[];
  readonly #texts: readonly string[];
  readonly #numbers: readonly string[];
  /** The distinct texts of each text column, compared by their bytes. */
  readonly #tables: readonly TextTable[];
  #doubles = new Float64Array();
  #words = new Uint32Array();

  constructor(schema: TableSchema) {
    this.#times = namesOf(keyColumns(schema), 'time');
    this.#texts = namesOf(keyColumns(schema), 'text');
    this.#numbers = namesOf(schema.columns, 'number');
    this.#tables = this.#texts.map(() => new TextTable());
    this.numbersAt = this.#times.length + Math.ceil(this.#texts.length / 2);
    this.width = this.numbersAt + this.#numbers.length;
  }

  /** The images of a batch's rows, as words; valid until the next batch is read. */
  read(batch: ColumnBatch): Uint32Array {
    if (this.#doubles.length < batch.rows * this.width) {
      this.#doubles = new Float64Array(batch.rows * this.width);
      this.#words = new Uint32Array(this.#doubles.buffer);
    }
    for (const [index, name] of this.#times.entries()) this.#writeValues(timeColumn(batch, name), index);
    for (const [index, name] of this.#texts.entries()) this.#writeTexts(textColumn(batch, name), index);
    for (const [index, name] of this.#numbers.entries()) {
      this.#writeValues(numberColumn(batch, name), this.numbersAt + index);
    }
    return this.#words;
  }

  #writeValues({ values, states }: TimeColumn | NumberColumn, at: number): void {
    const [doubles, words] = [this.#doubles, this.#words];
    for (let row = 0, place = at; row < values.length; row++, place += this.width) {
      writeCell(doubles, words, place, values[row] ?? Number.NaN, states[row] ?? 0);
    }
  }

  #writeTexts({ codes, dictionary }: TextColumn, index: number): void {
    const table = this.#tables[index];
    if (table === undefined) return;
    const { bytes, offsets, size } = dictionary;
    const ids = new Int32Array(size);
    for (let code = 0; code < size; code++) ids[code] = table.intern(bytes, offsets[code] ?? 0, offsets[code + 1] ?? 0);
    const words = this.#words;
    const first = 2 * this.#times.length + index;
    for (let row = 0, place = first; row < codes.length; row++, place += 2 * this.width) {
      words[place] = ids[codes[row] ?? 0] ?? 0;
    }
  }
}

function namesOf(columns: readonly ColumnSchema[], kind: ColumnKind): string[] {
  return columns.filter((column) => column.kind === kind).map(({ name }) => name);
}
