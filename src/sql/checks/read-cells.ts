import { BacktestExportError } from '../../errors.ts';
import { describeValue } from '../../describe-value.ts';
import type { SqlCell, SqlEngine } from '../engines/engine.ts';

/** A row of an answer, cell by cell, each as what it must be. */
export class AnswerRow {
  readonly #cells: readonly SqlCell[];
  readonly #engine: string;
  #at = 0;

  constructor(cells: readonly SqlCell[], engine: SqlEngine) {
    this.#cells = cells;
    this.#engine = engine.name;
  }

  /** The next cell as a whole number; null for NULL. @throws `ENGINE_RESULT_INVALID` */
  integer(): number | null {
    const number = this.number();
    if (number === null || Number.isSafeInteger(number)) return number;
    throw this.#refusal('a whole number');
  }

  /** The next cell as a count, 0 for NULL. @throws `ENGINE_RESULT_INVALID` */
  count(): number {
    const count = this.integer() ?? 0;
    if (count >= 0) return count;
    throw this.#refusal('a count');
  }

  /** The next cell as a number. @throws `ENGINE_RESULT_INVALID` */
  number(): number | null {
    const cell = this.#next();
    if (cell === null) return null;
    if (typeof cell === 'number' || typeof cell === 'bigint') return Number(cell);
    if (typeof cell === 'string' && numberText.test(cell)) return Number(cell);
    throw this.#refusal('a number');
  }

  /** The next cell as text, '' for NULL. */
  text(): string {
    const cell = this.#next();
    return cell === null ? '' : String(cell);
  }

  #next(): SqlCell {
    const cell = this.#cells[this.#at++];
    if (cell !== undefined) return cell;
    throw this.#refusal('another cell');
  }

  #refusal(expected: string): BacktestExportError {
    const found = describeValue(this.#cells[this.#at - 1]);
    const problem = `${this.#engine}: expected ${expected} in column ${this.#at} of the answer, found ${found}`;
    return new BacktestExportError('ENGINE_RESULT_INVALID', problem);
  }
}

const numberText = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|NaN|-?Infinity)$/;
