import { expect } from 'vitest';
import { matchers, type BacktestExportMatchers } from './matchers.ts';

// vitest declares the parameter so, and all declarations of an interface must agree
declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any, no-unused-vars
  interface Matchers<T = any> extends BacktestExportMatchers {}
}

expect.extend({ ...matchers });
