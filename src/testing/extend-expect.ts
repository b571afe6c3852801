import { BacktestExportError } from '../errors.ts';
import { matchers } from './matchers.ts';

/**
 * Adds the matchers to Jest's global `expect`.
 * @throws `OPTION_INVALID` where there is none
 */
export function extendExpect(expect: { extend(matchers: object): void } | undefined): void {
  if (expect === undefined) {
    const problem =
      "expected Jest's global expect, found none: import backtest-export/jest in a test or in a file of " +
      'setupFilesAfterEnv; without globals, expect.extend(matchers) with those of backtest-export/testing';
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  expect.extend({ ...matchers });
}
