import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalStorage, verifyExport } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { describeFindings } from '../support/verify-cases.ts';

describe('more keys than fit into memory', () => {
  it('go to a temporary folder, which is gone in the end, and are judged all the same', async () => {
    const folder = temporaryFolder();
    await generateExport(createLocalStorage(folder), { items: 120_000, horizon: 1, parts: 6 });
    const part = (number: number): string =>
      join(folder, `forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part${number}.csv`);
    const [, , row = ''] = readFileSync(part(0), 'utf8').split('\n', 3);
    appendFileSync(part(5), `${row}\n`);
    const temporary = temporaryFolder();
    const seen = new Set<string>();
    const look = (): void => {
      for (const path of readdirSync(temporary, { recursive: true, encoding: 'utf8' })) seen.add(path);
    };
    // on one thread, progress is told after every block: some of it while the files are there
    const report = await verifyExport(folder, { threads: 1, temporaryFolder: temporary, onProgress: look });
    expect([...seen].some((path) => /\.(?:bin|tmp)$/.test(path))).toBe(true);
    expect(describeFindings(report)).toEqual(['error DUPLICATE_EXACT 1 F5:20002 of F0:3']);
    expect([report.items, report.series]).toEqual([120_000, 120_000]);
    expect(report.computed.map(({ checked }) => checked)).toEqual([...Array<number>(7).fill(120_000), 0]);
    expect(readdirSync(temporary)).toEqual([]);
    const [code] = await failureOf(async () => verifyExport(folder, { temporaryFolder: join(temporary, 'none') }));
    expect(code).toBe('WRITE_FAILED');
  }, 60_000);
});
