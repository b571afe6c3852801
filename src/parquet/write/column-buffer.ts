import { stateValue, type Column } from '../../batch/column-batch.ts';
import { TextTable } from '../../batch/text-table.ts';
import type { ColumnSchema } from '../../schema/schema.ts';

/** A dictionary of times gets no larger than this. */
const mostTimes = 1 << 16;

/** The cells of one column of the row group that is being filled; typed arrays, used again for the next. */
export class ColumnBuffer {
  readonly column: ColumnSchema;
  /** Numbers, or times in milliseconds. */
  readonly values: Float64Array;
  /** 1 where there is a value, as a definition level. */
  readonly levels: Uint8Array;
  /** Codes of texts, or of times while they are few. */
  readonly codes: Int32Array;
  texts: TextTable = new TextTable();
  /** Bytes of the texts, each counted once. */
  textBytes = 0;
  /** By time its code; undefined once there are too many. */
  times: Map<number, number> | undefined = new Map();
  nulls = 0;
  #lastTime = Number.NaN;
  #lastCode = 0;

  constructor(column: ColumnSchema, capacity: number) {
    this.column = column;
    const text = column.kind === 'text';
    this.values = new Float64Array(text ? 0 : capacity);
    this.levels = new Uint8Array(text ? 0 : capacity);
    this.codes = new Int32Array(column.kind === 'number' ? 0 : capacity);
  }

  /** Copies the rows `from` to `to` of a batch's column, to `row` and after. */
  take(column: Column, from: number, to: number, row: number): void {
    if (column.kind === 'text') return this.#takeTexts(column, from, to, row);
    const { values, states } = column;
    this.values.set(values.subarray(from, to), row);
    for (let index = from; index < to; index++) {
      const level = states[index] === stateValue ? 1 : 0;
      this.levels[row + index - from] = level;
      this.nulls += 1 - level;
    }
    if (column.kind === 'time') this.#codeTimes(row, row + to - from);
  }

  /** Empties the buffer for the next row group. */
  clear(): void {
    this.texts = new TextTable();
    this.textBytes = 0;
    this.times = new Map();
    this.nulls = 0;
    this.#lastTime = Number.NaN;
  }

  #takeTexts({ codes, dictionary }: Extract<Column, { kind: 'text' }>, from: number, to: number, row: number): void {
    const { size, offsets, bytes } = dictionary;
    const ids = new Int32Array(size);
    for (let code = 0; code < size; code++) {
      const before = this.texts.size;
      const [start, end] = [offsets[code] ?? 0, offsets[code + 1] ?? 0];
      ids[code] = this.texts.intern(bytes, start, end);
      if (this.texts.size > before) this.textBytes += end - start;
    }
    for (let index = from; index < to; index++) this.codes[row + index - from] = ids[codes[index] ?? 0] ?? 0;
  }

  #codeTimes(from: number, to: number): void {
    const { times } = this;
    if (times === undefined) return;
    for (let row = from; row < to; row++) {
      if (this.levels[row] === 0) continue;
      const time = this.values[row] ?? 0;
      if (time !== this.#lastTime) {
        let code = times.get(time);
        if (code === undefined) times.set(time, (code = times.size));
        this.#lastTime = time;
        this.#lastCode = code;
      }
      this.codes[row] = this.#lastCode;
    }
    if (times.size > mostTimes) this.times = undefined;
  }
}
