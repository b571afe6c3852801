import type { SqlCell } from '../engines/engine.ts';
import type { AnswerReader } from '../engines/read-answer.ts';

/** A row of an answer, read cell by cell, each as what it must be; what it is not, or lacks, is `ENGINE_RESULT_INVALID`. */
export class AnswerRow {
  readonly #cells: readonly SqlCell[];
  readonly #reader: AnswerReader;
  #at = 0;

  constructor(cells: readonly SqlCell[], reader: AnswerReader) {
    this.#cells = cells;
    this.#reader = reader;
  }

  /** The next cell as a whole number; null for NULL. */
  integer(): number | null {
    return this.#reader.integer(this.#cells[this.#at++], String(this.#at));
  }

  /** The next cell as a count, 0 for NULL. */
  count(): number {
    return this.#reader.count(this.#cells[this.#at++], String(this.#at));
  }

  /** The next cell as a number, which may be NaN or infinite; null for NULL. */
  number(): number | null {
    return this.#reader.number(this.#cells[this.#at++], String(this.#at));
  }

  /** The next cell as text, '' for NULL. */
  text(): string {
    return this.#reader.text(this.#cells[this.#at++], String(this.#at));
  }
}
