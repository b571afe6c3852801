import type { ErrorCode } from '../../errors.ts';

/** A place that makes an error of a problem. */
interface Place {
  readonly refuse: (problem: string, code: ErrorCode) => Error;
}

/** The work that is left for a file: bytes to be unpacked, or copied out of a few packed ones. */
export class WorkBudget {
  readonly #most: number;
  #left: number;

  constructor(most: number) {
    this.#most = most;
    this.#left = most;
  }

  /** The share of the work that has been done. */
  get used(): number {
    return this.#most === 0 ? 0 : 1 - this.#left / this.#most;
  }

  /** @throws `PARQUET_TOO_LARGE` when there is not as much left */
  take(bytes: number, place: Place): void {
    this.#left -= bytes;
    if (this.#left >= 0) return;
    const problem = `the file decompresses to more than the ${Math.floor(this.#most)} bytes that its size allows; raise limits.maxRatio`;
    throw place.refuse(problem, 'PARQUET_TOO_LARGE');
  }
}
