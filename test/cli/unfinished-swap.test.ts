import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalStorage, repairExport } from '#src/index.js';
import { writeJournal } from '#src/export/swap/journal-file.js';
import { generateExport } from '#src/testing/index.js';
import { deadOwner, journalOf } from '../support/journal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from './run.ts';

const journal = '.backtest-export-swap.jsonl';
const temporary = `.backtest-export-pffffffff-1-1-${crypto.randomUUID()}.tmp`;

async function folderWith(journalText?: string): Promise<string> {
  const folder = join(temporaryFolder(), 'x');
  await generateExport(createLocalStorage(folder), { items: 2, horizon: 2, jobName: 'bike' });
  writeFileSync(join(folder, 'forecasted-values', temporary), 'x');
  if (journalText === undefined)
    await writeJournal(createLocalStorage(folder), journalOf({ owner: deadOwner() }), false);
  else writeFileSync(join(folder, journal), journalText);
  return folder;
}

describe('an unfinished swap', () => {
  it('is reported by verify as a finding, and passed on by repair', async () => {
    const folder = await folderWith();
    const verified = await run(['verify', folder]);
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('Warning SWAP_UNFINISHED')]);
    const single = await run([
      'verify',
      join(folder, 'forecasted-values', 'Forecasts_bike_2021-12-14T13-20-10Z_part0.csv'),
      '--json',
    ]);
    const report = JSON.parse(single.stdout) as { findings: { code: string }[]; checked: string[] };
    expect(report.findings.map(({ code }) => code)).toContain('SWAP_UNFINISHED');
    expect(report.checked).toContain('SWAP_UNFINISHED');
    const repaired = await run(['repair', folder, join(temporaryFolder(), 'to')]);
    expect([repaired.code, repaired.stderr]).toEqual([
      0,
      expect.stringContaining('SWAP_UNFINISHED: a writer ended before'),
    ]);
    const { warnings } = await repairExport(folder, join(temporaryFolder(), 'to'));
    expect(warnings.map(({ code }) => code)).toContain('SWAP_UNFINISHED');
  });

  it('whose journal is damaged is named by inspect with all hidden files, and by its folder in every error', async () => {
    const folder = await folderWith('{"version":1\n');
    const { code, stdout, stderr } = await run(['inspect', folder]);
    expect(code).toBe(2);
    for (const text of [temporary, journal, 'JOURNAL_INVALID', 'bike']) expect(stdout).toContain(text);
    expect(stderr).toMatch(/^error JOURNAL_INVALID: /);
    expect(stderr).toContain(folder);
    expect(stderr).not.toContain('inspect FOLDER');
    expect(stderr.match(/^error/gm)).toHaveLength(1);
    const json = JSON.parse((await run(['inspect', folder, '--json'])).stdout) as object;
    expect(json).toMatchObject({
      exports: [{ jobName: 'bike', error: { code: 'JOURNAL_INVALID' } }],
      hidden: expect.arrayContaining([
        { path: journal, size: 13, kind: 'journal', writer: null },
        { path: `forecasted-values/${temporary}`, size: 1, kind: 'temporary', writer: 'elsewhere' },
      ]),
      warnings: [{ code: 'JOURNAL_INVALID' }],
    });
    const verified = await run(['verify', folder]);
    expect([verified.code, verified.stderr]).toEqual([2, expect.stringContaining(folder)]);
    expect(verified.stderr).toContain('inspect FOLDER lists the hidden files');
  });
});

it('inspect names what a killed writer left in a new folder, and says that there is no export', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'forecasted-values'));
  writeFileSync(join(folder, 'forecasted-values', temporary), 'x');
  const { code, stdout, stderr } = await run(['inspect', folder]);
  expect([code, stdout]).toEqual([2, expect.stringContaining(temporary)]);
  expect(stderr).toMatch(
    /^error EXPORT_NOT_FOUND: .*found only 1 hidden file of writers\. A writer is still running, or was killed/,
  );
  const json = await run(['inspect', folder, '--json']);
  expect(json.code).toBe(2);
  expect(JSON.parse(json.stdout)).toMatchObject({ exports: [], hidden: [{ path: `forecasted-values/${temporary}` }] });
});
