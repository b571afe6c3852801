import { extendExpect } from './extend-expect.ts';
import type { BacktestExportMatchers } from './matchers.ts';

declare global {
  // the shape of @types/jest, which need not be installed
  namespace jest {
    // oxlint-disable-next-line typescript/no-empty-object-type, no-unused-vars
    interface Matchers<R, T = {}> extends BacktestExportMatchers {}
  }
}

extendExpect((globalThis as { expect?: { extend(matchers: object): void } }).expect);
