import { BacktestExportError } from '../errors.ts';
import { matchers, type BacktestExportMatchers } from './matchers.ts';

declare global {
  // the shape of @types/jest, which need not be installed
  namespace jest {
    // oxlint-disable-next-line typescript/no-empty-object-type, no-unused-vars
    interface Matchers<R, T = {}> extends BacktestExportMatchers {}
  }
}

const { expect } = globalThis as { expect?: { extend(matchers: object): void } };
if (expect === undefined) {
  const problem =
    "expected Jest's global expect, found none: import backtest-export/jest in a test or in a file of " +
    'setupFilesAfterEnv; without globals, expect.extend(matchers) with those of backtest-export/testing';
  throw new BacktestExportError('OPTION_INVALID', problem);
}
expect.extend({ ...matchers });
