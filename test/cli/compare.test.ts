import { writeFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csvStorage, type ForecastCells } from '../compare/csv-export.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run, wordsOf } from './run.ts';

/** Writes an export of two items to a new folder. */
function write(means: readonly [string, string], job = 'bike', more: readonly ForecastCells[] = []): string {
  const rows: ForecastCells[] = [
    ['a', 0, '10.0', means[0], '5.0', '20.0'],
    ['b', 0, '30.0', means[1], '5.0', '40.0'],
  ];
  const folder = temporaryFolder();
  const storage = csvStorage([[...rows, ...more]], [['a', 'Computed', '0.5', 'not defined', '1.0']], job);
  for (const path of [
    `forecasted-values/Forecasts_${job}_2021-12-14T13-20-10Z_part0.csv`,
    `accuracy-metrics-values/Accuracy_${job}_2021-12-14T13-20-10Z_part0.csv`,
    '_SUCCESS',
  ]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), storage.get(path) ?? '');
  }
  return folder;
}

/** What a command printed, with the folders by their letters. */
async function compare(folders: readonly string[], ...options: string[]): Promise<[number, string, string]> {
  const { code, stdout, stderr } = await run(['compare', ...folders, ...options], {
    terminal: 120,
    env: { NO_COLOR: '1' },
  });
  const named = folders.reduce((text, folder, index) => text.replaceAll(folder, `/tmp/${'ABC'[index] ?? ''}`), stdout);
  return [code, named.replace(/ +$/gm, ''), stderr];
}

describe('compare', () => {
  it('is 0 for the same export in two folders', async () => {
    const [code, stdout, stderr] = await compare([write(['12.0', '28.0']), write(['12.0', '28.0'])]);
    expect([code, stderr]).toEqual([0, '']);
    await expect(stdout).toMatchFileSnapshot('expected/compare-equal.txt');
  });

  it('is 1 where rows differ, and shows where', async () => {
    const folders = [
      write(['12.0', '28.0'], 'bike', [['only_a', 1, '1.0', '1.0', '1.0', '1.0']]),
      write(['12.5', ''], 'bike', [['only_b', 1, '1.0', '1.0', '1.0', '1.0']]),
    ];
    const [code, stdout, stderr] = await compare(folders);
    expect([code, stderr]).toEqual([1, '']);
    await expect(stdout).toMatchFileSnapshot('expected/compare-rows.txt');
    const [, markdown] = await compare(folders, '--format', 'markdown');
    await expect(markdown).toMatchFileSnapshot('expected/compare-rows.md.txt');
    expect((await compare(folders.slice(0, 1).concat(folders.slice(0, 1)), '--on', 'rows'))[0]).toBe(0);
  });

  it('compares the metrics of two jobs, and of three as a leaderboard', async () => {
    const folders = [write(['12.0', '28.0'], 'one'), write(['11.0', '28.0'], 'two'), write(['10.0', '26.0'], 'three')];
    const [code, stdout, stderr] = await compare(folders.slice(0, 2), '--metric', 'WAPE,bias', '--by', 'item');
    expect([code, stderr]).toEqual([1, '']);
    await expect(stdout).toMatchFileSnapshot('expected/compare-metrics.txt');
    const [other, markdown] = await compare(folders, '--metric', 'WAPE,RMSE', '--format', 'markdown');
    expect(other).toBe(1);
    await expect(markdown).toMatchFileSnapshot('expected/compare-leaderboard.md.txt');
  });

  it('prints differences with their intervals, and items won and lost', async () => {
    const folders = [write(['12.0', '28.0'], 'one'), write(['11.0', '28.0'], 'two'), write(['10.0', '26.0'], 'three')];
    const [, stdout] = await compare(folders, '--metric', 'WAPE,bias', '--intervals');
    expect(/^B against A, item by item\n[^]*?\n\n/m.exec(stdout)?.[0]).toBe(
      'B against A, item by item\n' +
        '  metric     B - A  95% interval  items better  worse  same\n' +
        '  WAPE    -0.02500             -             1      0     1\n' +
        '  bias     -0.5000             -             1      0     1\n\n',
    );
    expect(stdout).toContain('\nC against A, item by item\n');
  });

  it('keeps to the tolerance', async () => {
    const folders = [write(['12.0', '28.0']), write(['12.000000001', '28.0'])];
    expect((await compare(folders))[0]).toBe(1);
    expect((await compare(folders, '--tolerance', '1e-9'))[0]).toBe(0);
  });

  it('prints JSON that holds the result', async () => {
    const [code, stdout] = await compare([write(['12.0', '28.0']), write(['12.5', '28.0'])], '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      on: 'rows',
      equal: false,
      tables: [
        { table: 'forecasted-values', common: 2, different: 1, columns: [{ column: 'mean', count: 1 }] },
        { table: 'accuracy-metrics-values', equal: true },
      ],
    });
  });

  it('chooses one export for each argument, or one for all', async () => {
    const shared = 'fixtures/two-exports/export';
    const times = '2021-12-07T02-00-00Z,latest';
    expect((await compare([shared, shared], '--exported-at', 'latest'))[0]).toBe(0);
    const [code, stdout] = await compare([shared, shared], '--exported-at', times, '--json');
    expect(code).toBe(1);
    const { exports } = JSON.parse(stdout) as { exports: { exportedAt: string }[] };
    expect(exports.map(({ exportedAt }) => exportedAt)).toEqual([
      '2021-12-07T02:00:00.000Z',
      '2021-12-14T02:00:00.000Z',
    ]);
  });

  it.each([
    [['a'], 'expected A B [C …]: backtest-export compare A B [C …]'],
    [['a', ''], 'expected A B [C …]: backtest-export compare A B [C …]'],
    [['a', 'b', 'c', '--on', 'rows'], '--on rows compares two exports, found 3'],
    [['a', 'b', '--tolerance', 'much'], "--tolerance: expected a number, found 'much'"],
    [['a', 'b', '--job', 'x,y,z'], '--job: expected one for all or one for each of 2 exports, found 3'],
    [['a', 'b', '--json', '--format', 'table'], '--json and --format table exclude each other'],
  ])('is 2 for wrong use: %j', async (argv, problem) => {
    const { code, stdout, stderr } = await run(['compare', ...argv]);
    expect([code, stdout]).toEqual([2, '']);
    const told = argv.includes('--json') ? wordsOf(stderr) : stderr;
    expect(told).toBe(`error OPTION_INVALID: ${problem}\nhint: backtest-export compare --help lists the options\n`);
  });

  it('is 2 where an export cannot be read', async () => {
    const { code, stderr } = await run(['compare', write(['12.0', '28.0']), temporaryFolder()]);
    expect([code, stderr.split(':')[0]]).toEqual([2, 'error EXPORT_NOT_FOUND']);
  });
});
