import { expect } from 'vitest';
import { matchers, type BacktestExportMatchers } from './matchers.ts';

// must match vitest's own declaration of the parameter
declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any, no-unused-vars
  interface Matchers<T = any> extends BacktestExportMatchers {}
}

expect.extend({ ...matchers });
