import { afterAll, beforeAll } from 'vitest';
import type { RunningEngine, TestedEngine } from './sql-engines.ts';
import { suiteFolder } from './temporary.ts';

/** An engine that runs for all tests of a suite, over a folder that goes away after them. */
export interface SuiteEngine {
  readonly folder: string;
  readonly running: () => RunningEngine;
}

/** Starts an engine before the first test of a suite and stops it after the last: a start takes longer than most tests. */
export function suiteEngine({ start }: TestedEngine): SuiteEngine {
  const folder = suiteFolder();
  let running: RunningEngine | undefined;
  beforeAll(async () => {
    running = await start(folder);
  });
  afterAll(() => running?.stop());
  return {
    folder,
    running: () => {
      if (running === undefined) throw new Error('the engine did not start');
      return running;
    },
  };
}
