import { writeCell } from '../batch/cell-bits.ts';
import { columnOf, type Column, type ColumnBatch, type TextColumn } from '../batch/column-batch.ts';
import { TextTable } from '../batch/text-table.ts';
import type { ColumnSchema, TableSchema } from '../schema/schema.ts';

/**
 * A row as doubles, and the same as words: its times, its texts by their numbers (two in a double), then its numbers.
 * Empty cells, `not defined` and NaN are three values, -0 is not 0.
 */
export interface RowImage {
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
}

/** Reads rows as images, for one table. Rows of one key have the same words before `numbersAt`, and only they. */
export class RowReader {
  /** The first double of the numbers; what stands before is the key: item, dimensions, times, kind of window. */
  readonly numbersAt: number;
  /** Doubles of a row. */
  readonly width: number;
  readonly #times: readonly ColumnSchema[];
  readonly #texts: readonly ColumnSchema[];
  readonly #numbers: readonly ColumnSchema[];
  /** The distinct texts of each text column, compared by their bytes. */
  readonly #tables: readonly TextTable[];

  constructor({ columns }: TableSchema) {
    this.#times = columns.filter(({ kind }) => kind === 'time');
    this.#texts = columns.filter(({ kind }) => kind === 'text');
    this.#numbers = columns.filter(({ kind }) => kind === 'number');
    this.#tables = this.#texts.map(() => new TextTable());
    this.numbersAt = this.#times.length + Math.ceil(this.#texts.length / 2);
    this.width = this.numbersAt + this.#numbers.length;
  }

  /** A function that writes a row of this batch into an image. */
  open(batch: ColumnBatch): (row: number, image: RowImage) => void {
    const times = this.#times.map((schema) => valuesOf(columnOf(batch, schema)));
    const texts = this.#texts.map((schema) => columnOf(batch, schema) as TextColumn);
    const numbers = this.#numbers.map((schema) => valuesOf(columnOf(batch, schema)));
    const ids = texts.map(({ dictionary }) => new Int32Array(dictionary.size).fill(-1));
    return (row, { doubles, words }) => {
      for (const [at, { values, states }] of times.entries()) {
        writeCell(doubles, words, at, values[row] ?? Number.NaN, states[row] ?? 0);
      }
      for (const [index, column] of texts.entries()) {
        const code = column.codes[row] ?? 0;
        const known = ids[index]?.[code] ?? -1;
        const id = known < 0 ? this.#intern(index, column, code, ids[index]) : known;
        words[2 * times.length + index] = id;
      }
      for (const [index, { values, states }] of numbers.entries()) {
        writeCell(doubles, words, this.numbersAt + index, values[row] ?? Number.NaN, states[row] ?? 0);
      }
    };
  }

  #intern(index: number, { dictionary }: TextColumn, code: number, ids: Int32Array | undefined): number {
    const { bytes, offsets } = dictionary;
    const id = this.#tables[index]?.intern(bytes, offsets[code] ?? 0, offsets[code + 1] ?? 0) ?? 0;
    if (ids !== undefined) ids[code] = id;
    return id;
  }
}

type ValueColumn = Exclude<Column, { kind: 'text' }>;

function valuesOf(column: Column): Pick<ValueColumn, 'values' | 'states'> {
  if (column.kind === 'text') throw new TypeError('a text column has no values');
  return column;
}
