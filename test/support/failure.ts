import { BacktestExportError as PublishedError } from 'backtest-export';
import { BacktestExportError, type ErrorCode } from '#src/errors.js';

/** Runs what must fail and answers the code and message of its error; anything else fails the test. */
export function failure(action: () => unknown): [ErrorCode, string] {
  try {
    action();
  } catch (error) {
    if (isOurs(error)) return [error.code, error.message];
    throw error;
  }
  throw new Error('expected a failure, but it succeeded');
}

/** {@link failure} for what answers later. */
export async function failureOf(action: () => Promise<unknown>): Promise<[ErrorCode, string]> {
  try {
    await action();
  } catch (error) {
    if (isOurs(error)) return [error.code, error.message];
    throw error;
  }
  throw new Error('expected a failure, but it succeeded');
}

/** Of the modules, or of the published files, which have a class of their own. */
function isOurs(error: unknown): error is BacktestExportError {
  return error instanceof BacktestExportError || error instanceof PublishedError;
}
