import { expect } from 'vitest';
import { matchers, type BacktestExportMatchers } from './matchers.ts';

// without parameters: vitest 5 has two where vitest 3 and 4 have one, and an interface that names none joins either
declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-empty-object-type
  interface Matchers extends BacktestExportMatchers {}
}

expect.extend({ ...matchers });
