import { stateValue, type Column } from '../../batch/columns/column-batch.ts';
import { BacktestExportError } from '../../errors.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import type { GroupMemory } from './kernel/group-memory.ts';
import type { ColumnRegions } from './kernel/group-regions.ts';
import { map } from './kernel/map.generated.ts';

/** The cells of one column of the row group that is being filled, in the kernel's memory. */
export class ColumnBuffer {
  readonly column: ColumnSchema;
  readonly regions: ColumnRegions;
  readonly #memory: GroupMemory;
  /** Texts have codes; times while they are few. */
  #coded = true;

  constructor(column: ColumnSchema, regions: ColumnRegions, memory: GroupMemory) {
    this.column = column;
    this.regions = regions;
    this.#memory = memory;
  }

  /** Copies the rows `from` to `to` of a batch's column, to `row` and after. @throws `TIME_INVALID` */
  take(column: Column, from: number, to: number, row: number): void {
    if (column.kind === 'text') return this.#takeTexts(column, from, to, row);
    const { values, states } = column;
    const { f64, u8, functions } = this.#memory;
    const all = to - from === values.length;
    f64.set(all ? values : values.subarray(from, to), this.regions.values / 8 + row);
    u8.set(all ? states : states.subarray(from, to), this.regions.states + row);
    if (column.kind === 'number' || !this.#coded) return;
    const distinct = functions.codeTimes(this.regions.descriptor, row, row + to - from) >>> 0;
    if (distinct === map.NOT_WHOLE) throw this.notWhole(row, row + to - from);
    this.#coded = distinct <= map.MOST_TIMES;
  }

  /** Whether a dictionary of the first `rows` rows makes the file smaller, or at least readers faster. */
  hasDictionary(rows: number): boolean {
    const { kind } = this.column;
    const { entries } = this;
    if (kind === 'text') return entries * 2 <= rows + 2;
    return kind === 'time' && this.#coded && entries > 0 && entries * 4 <= rows + 4;
  }

  /** How many distinct texts or times there are. */
  get entries(): number {
    return this.#memory.get(this.regions.descriptor + map.SIZE);
  }

  /** The bytes of the text of a code, until memory grows. */
  text(code: number): Uint8Array {
    const entry = this.regions.entries + code * map.ENTRY_BYTES;
    const address = this.#memory.get(entry + map.ADDRESS);
    return this.#memory.u8.subarray(address, address + this.#memory.get(entry + map.LENGTH));
  }

  /** How many distinct values the row group has; undefined where they were not counted. */
  get distinct(): number | undefined {
    const { kind } = this.column;
    return kind === 'text' || (kind === 'time' && this.#coded) ? this.entries : undefined;
  }

  /** How many of the first `rows` cells have no value. */
  countNulls(rows: number): number {
    return this.column.kind === 'text' ? 0 : this.#memory.functions.countNulls(this.regions.states, rows);
  }

  /** Forgets the row group, after its memory. */
  clear(): void {
    this.#coded = true;
  }

  /** The error for the first time of some rows that is no whole number of milliseconds. */
  notWhole(from: number, to: number): BacktestExportError {
    const { f64, u8 } = this.#memory;
    const cells = f64.subarray(this.regions.values / 8 + from, this.regions.values / 8 + to);
    const found = cells.find((time, index) => u8[this.regions.states + from + index] === stateValue && !isWhole(time));
    const problem = `expected a time in whole milliseconds, found ${found} milliseconds since 1970`;
    return new BacktestExportError('TIME_INVALID', problem, { position: { column: this.column.name } });
  }

  #takeTexts({ codes, dictionary }: Extract<Column, { kind: 'text' }>, from: number, to: number, row: number): void {
    if (dictionary.size === 0) throw new TypeError(`the column ${this.column.name} has rows but no texts`);
    const { offsets, bytes, ids } = this.#memory.stageTexts(dictionary);
    const { i32, functions } = this.#memory;
    i32.set(to - from === codes.length ? codes : codes.subarray(from, to), this.regions.codes / 4 + row);
    functions.internTexts(this.regions.descriptor, row, row + to - from, dictionary.size, offsets, bytes, ids);
  }
}

function isWhole(time: number): boolean {
  return Number.isInteger(time) && Math.abs(time) < 2 ** 63;
}
