import { BacktestExportError } from 'backtest-export/browser';
import type { Failure } from './messages.ts';

/** An error as plain data. What is no error of the library is a bug of this page, and says so. */
export function describeFailure(error: unknown, cancelled: boolean): Failure {
  if (error instanceof BacktestExportError) return { code: error.code, message: error.message, cancelled };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), cancelled };
}
