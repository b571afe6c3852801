import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyExport, type VerificationReport } from '#src/index.js';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from './run.ts';

async function generated(...options: string[]): Promise<string> {
  const folder = join(temporaryFolder(), 'export');
  const shape = ['--items', '6', '--windows', '2', '--horizon', '4', '--parts', '3'];
  expect(await run(['generate', folder, ...shape, ...options])).toMatchObject({ code: 0, stderr: '' });
  return folder;
}

const defects = ['--defect', 'duplicate-row-nearly,missing-step,computed-metric-wrong'];

describe('verify', () => {
  it('answers 0 for a sound export, and says what it could not check', async () => {
    const folder = await generated();
    const { code, stdout, stderr } = await run(['verify', folder]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Sound: nothing was found\n/);
    expect(stdout).toMatch(/\nNot checked\n {2}MASE_NEEDS_HISTORY: MASE needs the training history/);
  });

  it('continues the long texts of its head on the next line of a narrow terminal, as summarize does', async () => {
    const { stdout } = await run(['verify', await generated()], { terminal: 60, env: { NO_COLOR: '1' } });
    const [head = ''] = stdout.split('\n\n');
    expect(head).toContain('rows of\n             accuracy-metrics-values in CSV\n');
    expect(head.replace(/ {2}location[^]*?\n {2}job/, '  job')).not.toContain('…');
  });

  it('answers 1 with errors, and shows each with its places', async () => {
    const folder = await generated(...defects);
    const { code, stdout, stderr } = await run(['verify', folder], { terminal: 120, env: { NO_COLOR: '1' } });
    expect([code, stderr]).toEqual([1, '']);
    await expect(stdout.replaceAll(folder, 'FOLDER')).toMatchFileSnapshot('expected/verify.txt');
    const markdown = await run(['verify', folder, '--format', 'markdown', '--max-places', '1']);
    expect(markdown.code).toBe(1);
    await expect(markdown.stdout.replaceAll(folder, 'FOLDER')).toMatchFileSnapshot('expected/verify-markdown.txt');
  });

  it('leaves the dimensions out of a narrow terminal before it cuts item ids', async () => {
    const folder = await generated('--dimensions', 'region:2', '--negative-forecasts', '0.5');
    const { stdout } = await run(['verify', folder, '--max-places', '1'], { terminal: 80, env: { NO_COLOR: '1' } });
    const [, , row, left] = stdout.slice(stdout.indexOf('Warning FORECAST_NEGATIVE')).split('\n');
    expect(row).toMatch(/part0\.csv:\d+ {2}mean {4}item_\d{4} {2}2021-/);
    expect(left).toBe('  (no room for: dimensions, window)');
  });

  it('answers 0 with warnings alone, and rules may be others', async () => {
    const folder = await generated('--negative-forecasts', '0.5');
    const { code, stdout } = await run(['verify', folder, '--max-places', '0']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Sound, with 1 kind of warning\n/);
    expect(stdout).toMatch(/\nWarning FORECAST_NEGATIVE: forecasts are below 0 \(\d+\)\n {2}\d+ in all\n/);
    expect((await run(['verify', folder, '--rule', 'FORECAST_NEGATIVE=error'])).code).toBe(1);
    expect((await run(['verify', folder, '--rule', 'FORECAST_NEGATIVE=off'])).stdout).toMatch(/^Sound: nothing/);
  });

  it('prints the report as JSON', async () => {
    const folder = await generated(...defects);
    const { code, stdout } = await run(['verify', folder, '--json', '--max-places', '2', '--tolerance', '1e-6']);
    expect(code).toBe(1);
    const report = await verifyExport(folder, { maxPlaces: 2, tolerance: 1e-6 });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(report)) as VerificationReport);
  });

  it('answers 2 when it could not be checked', async () => {
    const { code, stderr } = await run(['verify', temporaryFolder()]);
    expect([code, stderr.split(':')[0]]).toEqual([2, 'error EXPORT_NOT_FOUND']);
  });

  it.each([
    [['--rule', 'STEP_MISING=off'], "--rule: unknown rule 'STEP_MISING'; did you mean STEP_MISSING?"],
    [['--rule', 'STEP_MISSING'], "--rule: expected CODE=off, CODE=warn or CODE=error, found 'STEP_MISSING'"],
    [['--rule', 'STEP_MISSING=no'], "--rule: expected CODE=off, CODE=warn or CODE=error, found 'STEP_MISSING=no'"],
    [['--season', '0'], "--season: expected a whole number from 1, found '0'"],
    [['--frequency', 'x'], "--frequency: expected Y, M, W, D, H or min, with or without a count before it, found 'x'"],
  ])('%j is wrong use', async (options, message) => {
    const { code, stderr } = await run(['verify', 'x', ...options]);
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error OPTION_INVALID: ${message}`]);
  });
});
