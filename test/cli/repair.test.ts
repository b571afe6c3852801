import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalStorage } from '#src/index.js';
import { generateExport, type DefectName } from '#src/testing/index.js';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from './run.ts';

async function repair(defects: readonly DefectName[], ...options: string[]): Promise<[number, string, string]> {
  const folder = temporaryFolder();
  const from = join(folder, 'from');
  await generateExport(createLocalStorage(from), { items: 4, parts: 2, horizon: 3, defects });
  const { code, stdout, stderr } = await run(['repair', from, join(folder, 'to'), ...options], {
    terminal: 140,
    env: { NO_COLOR: '1' },
  });
  const text = (printed: string): string => printed.replaceAll(folder, '/exports').replace(/ +$/gm, '');
  return [code, text(stdout), text(stderr)];
}

describe('repair', () => {
  it('writes a clean copy and says what it dropped', async () => {
    const [code, stdout, stderr] = await repair(['duplicate-row', 'repeated-header', 'foreign-file']);
    expect([code, stderr]).toEqual([0, '']);
    await expect(stdout).toMatchFileSnapshot('expected/repair.txt');
  });

  it('says so when nothing had to be dropped, and prints JSON', async () => {
    expect((await repair([]))[1]).toContain('Nothing had to be dropped.');
    const [, json] = await repair(['duplicate-row'], '--json', '--max-places', '0');
    expect(JSON.parse(json)).toMatchObject({
      repairs: [{ kind: 'duplicate-rows', table: 'forecasted-values', count: 1, places: [] }],
    });
  });

  it('refuses rows that contradict each other, says how to go on, and goes on', async () => {
    const [code, , stderr] = await repair(['duplicate-row-different']);
    expect([code, stderr.split('\n')[1]]).toEqual([
      2,
      'hint: --keep-first keeps the first of these rows and lists the others',
    ]);
    const [fine, stdout] = await repair(['duplicate-row-different'], '--keep-first');
    expect([fine, stdout]).toEqual([0, expect.stringContaining('conflicting-rows in forecasted-values: 1, ')]);
  });

  it('leaves out parts that cannot be read on request', async () => {
    expect((await repair(['cut-mid-row']))[0]).toBe(2);
    const [code, stdout] = await repair(['cut-mid-row'], '--skip-bad-parts');
    expect([code, stdout]).toEqual([0, expect.stringContaining('bad-parts in forecasted-values: 1, ')]);
  });
});
