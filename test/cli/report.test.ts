import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReport, verifyExport } from '#src/index.js';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { FakeStream, run } from './run.ts';

/** A small export, without findings. */
const place = realpathSync(mkdtempSync(join(tmpdir(), 'backtest-export-test-')));
const bike = join(place, 'bike');
const shape = ['--items', '3', '--horizon', '4', '--windows', '2', '--job', 'bike'];

beforeAll(async () => {
  expect(await run(['generate', bike, ...shape])).toMatchObject({ code: 0 });
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

const main = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

describe('report', () => {
  it('writes HTML named for the job to the current folder, and says where it is and how to open it', () => {
    const folder = temporaryFolder();
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'report', bike], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(folder)).toEqual(['bike-report.html']);
    const text = readFileSync(join(folder, 'bike-report.html'), 'utf8');
    expect(text).toMatch(/^<!doctype html>/i);
    expect(text).toContain(`<p>Command: backtest-export report ${bike}</p>`);
    expect(stdout.replace(/\d+(?:\.\d+)? k?B/, 'SIZE')).toBe(
      'Report of bike, exported 2021-12-14 13:20:10Z\n' +
        '  file    bike-report.html\n' +
        '  size    SIZE\n' +
        '  verify  Sound: nothing was found\n' +
        `  open    in a browser: ${pathToFileURL(join(folder, 'bike-report.html')).href}\n`,
    );
  });

  it('finds a name that is short enough for what has a long one', () => {
    const [folder, source] = [temporaryFolder(), join(temporaryFolder(), `${'漢'.repeat(82)}.csv`)];
    const part = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
    copyFileSync(join(bike, part), source);
    const { status, stderr } = spawnSync(process.execPath, [main, 'report', source], { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(folder)).toEqual([`${'漢'.repeat(33)}-report.html`]);
  });

  it('writes what the library gives as JSON, by the ending of the file; and replaces a report, but nothing else', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'new', 'bike.json');
    const { code, stdout, stderr } = await run(['report', bike, '-o', file, '--items', '2', '--rank', 'RMSE']);
    expect([code, stderr]).toEqual([0, '']);
    const report = await createReport(bike, { items: 2, rankBy: 'RMSE' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
    expect(report.items.rankedBy).toBe('RMSE');
    const bytes = readFileSync(file).length;
    const said = { file, address: pathToFileURL(file).href, bytes, format: 'json', ok: true, errors: 0, warnings: 0 };
    expect(JSON.parse(stdout)).toEqual(said);
    expect(await run(['report', bike, '-o', file])).toMatchObject({ code: 0 });
    expect(readFileSync(file).length).toBeGreaterThan(bytes);

    for (const text of [
      'my notes',
      '{"version": 1, "madeBy": {"name": "another"}}',
      '<!doctype html>\n<title>a</title>',
      '',
    ]) {
      writeFileSync(file, text);
      const refused = await run(['report', bike, '-o', file]);
      expect(refused.code).toBe(3);
      expect(refused.stderr).toMatch(
        /^error FILE_EXISTS: bike.json: .*\nhint: choose another FILE with --output; --overwrite /,
      );
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
    expect(await run(['report', bike, '-o', file, '--overwrite'])).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(join(folder, 'new'))).toEqual(['bike.json']);
  });

  it('knows its own HTML and Markdown again', async () => {
    const folder = temporaryFolder();
    for (const name of ['a.html', 'b.md']) {
      const file = join(folder, name);
      expect(await run(['report', bike, '-o', file])).toMatchObject({ code: 0 });
      expect(await run(['report', bike, '-o', file]), name).toMatchObject({ code: 0, stderr: '' });
    }
  });

  it.each([
    [['--format', 'markdown'], /^## bike\n/],
    [['--json'], /^\{\n {2}"version": 1,/],
    [['-o', '-'], /^<!doctype html>/i],
  ])('with %j goes to standard output, and nothing else does', async (options, start) => {
    const { code, stdout, stderr } = await run(['report', bike, ...options]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(start);
    expect(stdout).not.toContain('in a browser');
  });

  it('exits with 0 where verify exits with 1, and shows the verdict', async () => {
    const folder = join(temporaryFolder(), 'export');
    await run(['generate', folder, '--items', '3', '--horizon', '4', '--defect', 'missing-step']);
    expect((await verifyExport(folder)).ok).toBe(false);
    const { code, stdout } = await run(['report', folder, '-o', join(folder, '..', 'r.html')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}verify {2}Not sound: \d kinds? of errors?/m);
  });

  it('takes each item and each other export by itself, so that they may hold commas', async () => {
    const chosen = ['--item', 'item_0002', '--item=a, b', '--item', 'item_0001', '--json'];
    const { stdout } = await run(['report', bike, ...chosen]);
    const { items } = JSON.parse(stdout) as { items: { chosen: { item: string }[]; notFound: string[] } };
    expect([...new Set(items.chosen.map(({ item }) => item))]).toEqual(['item_0002', 'item_0001']);
    expect(items.notFound).toEqual(['a, b']);
    const lost = await run(['report', bike, '--compare', bike, '--compare', 'no,where', '--json']);
    expect(lost.code).toBe(2);
    expect(JSON.parse(lost.stderr)).toMatchObject({ error: { code: 'FILE_NOT_FOUND' } });
    const twice = await run(['report', bike, '--compare', bike, '--job', 'a,b,c']);
    expect(twice.stderr).toContain('--job: expected one for all or one for each of 2 exports, found 3');
  });

  it.each([
    [['-o', 'x.csv'], '--output: expected the name of a report, such as report.html, found '],
    [['-o', 'folder/'], '--output: expected a file in a folder, found '],
    [['-o', 's3://bucket'], '--output: expected a file in a folder, found '],
    [['--items', '0'], '--items: expected a whole number from 1, found '],
    [['--items', '1001'], '--items: '],
    [['--rank', 'WIPE'], '--rank: '],
    [['--under', '1'], '--under needs --over'],
    [['--kms-key', 'arn:aws:kms:x:1:key/a'], '--kms-key: expected a location that begins with s3://'],
    [['--json', '--format', 'html'], '--json and --format html exclude each other'],
  ])('refuses %j, and writes nothing', async (options, problem) => {
    const { code, stdout, stderr } = await run(['report', bike, ...options]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(problem);
    expect(existsSync('bike-report.html')).toBe(false);
  });

  it('leaves nothing where it is interrupted', async () => {
    const folder = temporaryFolder();
    const interruption = new AbortController();
    const stderr = new FakeStream();
    const running = run(['report', bike, '-o', join(folder, 'r.html')], { signal: interruption.signal, stderr });
    setImmediate(() => interruption.abort());
    expect(await running).toEqual({ code: 130, stdout: '', stderr: '' });
    expect(readdirSync(folder)).toEqual([]);
  });
});
