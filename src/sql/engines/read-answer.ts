import { describeValue, isArray } from '../../describe-value.ts';
import { BacktestExportError, quoteText } from '../../errors.ts';
import { parseNumberText } from '../../schema/number-text.ts';
import { parseTimeText } from '../../schema/time-text.ts';
import type { SqlCell } from './engine.ts';

/** Reads the cells of an engine's answer: what is not what its column should be is `ENGINE_RESULT_INVALID`. */
export class AnswerReader {
  /** Who answers. */
  readonly engine: string;
  /** Times that were read: few, and each comes very often. */
  readonly #times = new Map<string, number>();

  /** `engine` is its name, for messages. */
  constructor(engine: string) {
    this.engine = engine;
  }

  /** A whole number from 0; of a sum over no rows null is 0. */
  count(cell: SqlCell | undefined, column: string): number {
    const value = this.integer(cell, column) ?? 0;
    if (value >= 0) return value;
    throw this.#invalid(column, 'a whole number', cell);
  }

  /** A whole number, which may be negative; null where there is none. */
  integer(cell: SqlCell | undefined, column: string): number | null {
    if (cell === null) return null;
    const value = typeof cell === 'number' ? cell : wholeNumber(cell);
    if (Number.isSafeInteger(value)) return value;
    throw this.#invalid(column, 'a whole number', cell);
  }

  /** Any number, NaN and infinities too; null where there is none. */
  number(cell: SqlCell | undefined, column: string): number | null {
    if (cell === null) return null;
    const value = typeof cell === 'string' ? parseNumberText(cell) : cell;
    if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
    throw this.#invalid(column, 'a number', cell);
  }

  /** A finite double; null where there is none. */
  double(cell: SqlCell | undefined, column: string): number | null {
    if (cell === null) return null;
    const value = typeof cell === 'string' ? parseNumberText(cell) : cell;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.#invalid(column, 'a finite number', cell);
  }

  /** A magnitude, which may be infinite; null where there is none. */
  magnitude(cell: SqlCell | undefined, column: string): number | null {
    if (cell === null) return null;
    const value = typeof cell === 'string' ? parseNumberText(cell) : cell;
    if (typeof value === 'number' && value >= 0) return value;
    throw this.#invalid(column, 'a number from 0', cell);
  }

  /** A text; null is an empty one, as an empty cell of a table is. */
  text(cell: SqlCell | undefined, column: string): string {
    if (cell === null) return '';
    if (typeof cell === 'string') return cell;
    throw this.#invalid(column, 'a text', cell);
  }

  /** Milliseconds since 1970; NaN for null. */
  time(cell: SqlCell | undefined, column: string): number {
    if (cell === null) return Number.NaN;
    if (typeof cell !== 'string') throw this.#invalid(column, 'a time as text', cell);
    const known = this.#times.get(cell);
    if (known !== undefined) return known;
    const parsed = parseTimeText(cell);
    if (parsed === undefined) throw this.#invalid(column, 'a time such as 2017-06-19 00:00:00', cell);
    if (this.#times.size < mostTimes) this.#times.set(cell, parsed.milliseconds);
    return parsed.milliseconds;
  }

  /** @throws `ENGINE_RESULT_INVALID` for a row that has not as many cells as there are columns */
  assertLength(row: readonly SqlCell[], columns: number): void {
    if (!isArray(row)) throw this.refuse(`expected rows of ${columns} cells, found ${describeValue(row)}`);
    if (row.length !== columns) throw this.refuse(`expected rows of ${columns} cells, found one of ${row.length}`);
  }

  /** An answer that cannot be right. */
  refuse(problem: string): BacktestExportError {
    return new BacktestExportError('ENGINE_RESULT_INVALID', `${this.engine}: ${problem}`);
  }

  #invalid(column: string, expected: string, cell: SqlCell | undefined): BacktestExportError {
    const found = typeof cell === 'string' ? quoteText(cell) : String(cell);
    return this.refuse(`expected ${expected} in the column ${column} of the answer, found ${found}`);
  }
}

const mostTimes = 100_000;

/** Engines give sums of counts as integers of 64 or 128 bits, or as their text, also with a fraction of zeros. */
function wholeNumber(cell: SqlCell | undefined): number {
  if (typeof cell === 'bigint') return Number(cell);
  return typeof cell === 'string' && /^-?\d{1,20}(?:\.0{1,10})?$/.test(cell) ? Number(cell) : Number.NaN;
}
