import { BacktestExportError, type ErrorCode } from '../../errors.ts';
import { given } from '../../given.ts';
import type { ChunkPlan } from './chunk-plan.ts';

/** A place in a column chunk, for errors: everything below it only says what is wrong. */
export class PagePlace {
  readonly #plan: ChunkPlan;
  readonly #page: number | undefined;
  readonly #offset: number;

  /** `page` counts from 1, the dictionary page included; `offset` is in bytes from the chunk's start. */
  constructor(plan: ChunkPlan, page: number | undefined, offset: number) {
    this.#plan = plan;
    this.#page = page;
    this.#offset = offset;
  }

  /** The error to throw. */
  refuse(problem: string, code: ErrorCode = 'PARQUET_PAGE_INVALID', cause?: unknown): BacktestExportError {
    const { file, rowGroup, column, start } = this.#plan;
    const position = { file, rowGroup, column, ...given({ page: this.#page }), byte: start + this.#offset };
    return new BacktestExportError(code, problem, { position, cause });
  }
}
