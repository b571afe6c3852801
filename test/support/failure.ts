import { BacktestExportError, type ErrorCode } from '#src/errors.js';

/** Runs what must fail and answers the code and message of its error; anything else fails the test. */
export function failure(action: () => unknown): [ErrorCode, string] {
  try {
    action();
  } catch (error) {
    if (error instanceof BacktestExportError) return [error.code, error.message];
    throw error;
  }
  throw new Error('expected a failure, but it succeeded');
}

/** {@link failure} for what answers later. */
export async function failureOf(action: () => Promise<unknown>): Promise<[ErrorCode, string]> {
  try {
    await action();
  } catch (error) {
    if (error instanceof BacktestExportError) return [error.code, error.message];
    throw error;
  }
  throw new Error('expected a failure, but it succeeded');
}
