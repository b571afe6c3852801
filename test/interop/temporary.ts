import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A new folder for the files of a whole suite, which goes away after its last test. */
export function suiteFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backtest-export-interop-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
