import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalStorage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { folderFiles } from '../support/folder-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { FakeStream, run, type RunOptions } from './run.ts';

const wide: RunOptions = { terminal: 140, env: { NO_COLOR: '1' } };

async function source(
  textStyle: 'plain' | 'formulas' = 'plain',
): Promise<{ folder: string; from: string; to: string }> {
  const folder = temporaryFolder();
  await generateExport(createLocalStorage(join(folder, 'from')), { items: 4, parts: 2, horizon: 3, textStyle });
  return { folder, from: join(folder, 'from'), to: join(folder, 'to') };
}

describe('convert', () => {
  it('writes the other format, says that it is proven, and back again', async () => {
    const { folder, from, to } = await source();
    const { code, stdout, stderr } = await run(['convert', from, to, '--to', 'parquet', '--threads', '2'], {
      ...wide,
      stderr: new FakeStream(), // no progress on a busy machine
    });
    expect([code, stderr]).toEqual([0, '']);
    await expect(stdout.replaceAll(folder, '/exports').replace(/ +$/gm, '')).toMatchFileSnapshot(
      'expected/convert.txt',
    );
    const back = join(folder, 'back');
    expect((await run(['convert', to, back, '--to', 'csv'])).code).toBe(0);
    expect(folderFiles(back)).toEqual(folderFiles(from));
  });

  it('prints the result as JSON', async () => {
    const { from, to } = await source();
    const options = [
      '--to',
      'parquet',
      '--compression',
      'zstd:9',
      '--bloom-filter',
      '--byte-stream-split',
      '--rows-per-part',
      '5',
      '--json',
    ];
    const { code, stdout } = await run(['convert', from, to, ...options]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      source: from,
      destination: to,
      jobName: 'synthetic_backtest',
      from: 'CSV',
      to: 'PARQUET',
      tables: { 'forecasted-values': { rows: 12, partsRead: 2, partsWritten: 3 } },
      losses: [],
      guardedCells: 0,
    });
  });

  it('refuses what could not be restored, says how to go on, and then lists it', async () => {
    const { folder, from, to } = await source();
    const part = join(from, 'forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv');
    writeFileSync(part, readFileSync(part, 'utf8').replaceAll('\n', '\r\n'));
    const refused = await run(['convert', from, to, '--to', 'parquet']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /^error VALUE_NOT_RESTORABLE: .*, header, byte 0: .*\nhint: --lossy continues and lists what could not be restored; the values are kept\n$/,
    );
    const { code, stdout } = await run(['convert', from, to, '--to', 'parquet', '--lossy'], wide);
    expect(code).toBe(0);
    await expect(stdout.replaceAll(folder, '/exports').replace(/ +$/gm, '')).toMatchFileSnapshot(
      'expected/convert-lossy.txt',
    );
  });

  it('refuses to replace an export, and replaces it on request', async () => {
    const { from, to } = await source();
    expect((await run(['convert', from, to, '--to', 'csv'])).code).toBe(0);
    const refused = await run(['convert', from, to, '--to', 'csv']);
    expect([refused.code, refused.stderr.split('\n')[1]]).toEqual([
      3,
      'hint: choose another DEST; --overwrite replaces the export once the new one is complete',
    ]);
    expect((await run(['convert', from, to, '--to', 'csv', '--overwrite'])).code).toBe(0);
  });

  it('guards formulas on request, of which inspect warns', async () => {
    const { from, to } = await source('formulas');
    const inspected = await run(['inspect', from]);
    expect(inspected.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'FORMULA_CELLS: 20 text cells that a spreadsheet would run as a formula, first ',
    );
    expect((await run(['inspect', from, '--scan-rows', '0'])).stdout).not.toContain('FORMULA');
    const { code, stdout } = await run(['convert', from, to, '--to', 'csv', '--guard-formulas']);
    expect([
      code,
      stdout.includes('20 text cells got a quote mark, since a spreadsheet would run the text as a formula.'),
    ]).toEqual([0, true]);
    expect((await run(['inspect', to])).stdout).toMatch(/formula cells +none\n/);
    expect((await run(['inspect', to, '--scan-rows', '1'])).code).toBe(0);
  });

  it.each([
    [['a', 'b'], '--to: expected csv or parquet, found none'],
    [['a', '--to', 'csv'], 'expected SOURCE DEST: backtest-export convert SOURCE DEST'],
    [['a', 'b', 'c', '--to', 'csv'], "expected SOURCE DEST, found 3: 'a' 'b' 'c'"],
    [['a', 'b', '--to', 'csv', '--compression', 'gzip'], '--compression works with --to parquet only'],
    [['a', 'b', '--to', 'csv', '--bloom-filter'], '--bloom-filter works with --to parquet only'],
    [['a', 'b', '--to', 'csv', '--byte-stream-split'], '--byte-stream-split works with --to parquet only'],
    ...['zstd:0', 'zstd:23', 'zstd:', 'gzip:9', 'zstd:9 '].map((codec): [string[], string] => [
      ['a', 'b', '--to', 'parquet', '--compression', codec],
      `--compression: expected one of snappy, gzip, zstd, uncompressed, or zstd:1 to zstd:22, found '${codec}'`,
    ]),
    [['a', 'b', '--to', 'parquet', '--guard-formulas'], '--guard-formulas works with --to csv only'],
    [['a', 'b', '--to', 'csv', '--rows-per-part', '0'], "--rows-per-part: expected a whole number from 1, found '0'"],
    [['a', 'b', '--to', 'xls'], "--to: expected csv or parquet, found 'xls'"],
  ])('refuses %j', async (args, problem) => {
    const { code, stderr } = await run(['convert', ...args]);
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error OPTION_INVALID: ${problem}`]);
  });
});
