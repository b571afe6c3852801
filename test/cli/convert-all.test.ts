import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOutput } from '#src/cli/print/output.js';
import { createProgress } from '#src/cli/print/progress.js';
import { styleOf } from '#src/cli/print/style.js';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { FakeStream, run } from './run.ts';

/** Exports of these jobs, each in a folder below one. */
async function exportsOf(...jobs: readonly string[]): Promise<string> {
  const root = temporaryFolder();
  for (const job of jobs) {
    const size = ['--items', '2', '--parts', '2', '--horizon', '2'];
    await run(['generate', join(root, 'exports', job), '--job', job, ...size]);
  }
  return root;
}

function all(root: string, ...more: readonly string[]): ReturnType<typeof run> {
  return run(['convert', '--all', join(root, 'exports'), join(root, 'lake'), '--to', 'parquet', ...more]);
}

const place = 'exported_at=2021-12-14T13-20-10Z';

describe('convert --all', () => {
  it('has a line for each export and a total, first of what it would do, then of what it did', async () => {
    const root = await exportsOf('bike', 'taxi');
    const planned = await all(root, '--dry-run');
    expect(planned.code).toBe(0);
    expect(planned.stdout.replaceAll(root, 'R')).toMatch(
      /^planned {6}bike, exported 2021-12-14 13:20:10Z: 4 parts, [\d.]+ kB, in job=bike\/exported_at=\S+\nplanned .*\n2 exports to R\/lake: 2 to be converted; nothing was written\n$/,
    );
    expect(fs.existsSync(join(root, 'lake'))).toBe(false);
    const done = await all(root);
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toMatch(
      /^converted {4}bike, exported .*: \d+ rows, [\d.]+ kB → [\d.]+ kB, in .*\nconverted {4}taxi/,
    );
    expect(done.stdout).toMatch(/\n2 exports to .*: 2 converted, [\d.]+ kB → [\d.]+ kB\n$/);
    expect((await all(root)).stdout).toMatch(/\n2 exports to .*: 2 unchanged since they were converted\n$/);
  });

  it('is 3 where only exports are in the way, and 2 for any other failure, which it lists', async () => {
    const root = await exportsOf('bike', 'taxi');
    expect((await all(root)).code).toBe(0);
    const inTheWay = await all(root, '--column-names', 'athena');
    expect([inTheWay.code, inTheWay.stderr.trimEnd().split('\n').length]).toEqual([3, 3]);
    expect(inTheWay.stderr).toContain(
      '\nhint: --overwrite converts and replaces those that exist, --skip-existing leaves them\n',
    );
    expect((await all(root, '--column-names', 'athena', '--skip-existing')).code).toBe(0);
    const table = join(root, 'exports', 'taxi', 'forecasted-values');
    const part = join(table, fs.readdirSync(table)[0] ?? '');
    fs.appendFileSync(part, 'x\n');
    const failed = await all(root, '--overwrite', '--column-names', 'athena');
    expect(failed.code).toBe(2);
    expect(failed.stdout).toMatch(
      /\nfailed {7}taxi, .*CSV_FIELD_COUNT, from .*taxi\n2 exports .*: 1 replaced, 1 failed/,
    );
    expect(failed.stderr).toMatch(/^error CSV_FIELD_COUNT: \S+taxi: forecasted-values\/.*expected 9 fields, found 1/);
    const stopped = await all(root, '--overwrite', '--compression', 'gzip', '--fail-fast', '--job', 'taxi');
    expect([stopped.code, stopped.stdout.split('\n')[1]?.endsWith('1 failed')]).toEqual([2, true]);
  });

  it('is suggested where the exports are in folders below, or are several', async () => {
    const root = await exportsOf('bike', 'taxi');
    const below = await run(['convert', join(root, 'exports'), join(root, 'lake'), '--to', 'parquet']);
    expect([below.code, below.stderr]).toEqual([
      2,
      expect.stringContaining('hint: for exports in the folders below: --all'),
    ]);
    expect((await all(root, '--job', 'none')).stderr).not.toContain('--all');
  });

  it('says once what can be done about the failures, with options that were not given', async () => {
    const root = await exportsOf('bike', 'taxi');
    await all(root);
    for (const job of ['bike', 'taxi']) {
      const table = join(root, 'exports', job, 'forecasted-values');
      const part = join(table, fs.readdirSync(table)[0] ?? '');
      fs.writeFileSync(part, fs.readFileSync(part, 'latin1').replace('.0,', '.00,'));
    }
    const hints = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('hint: '));
    const exists = await all(root);
    expect(exists.stderr.match(/^error EXPORT_EXISTS: /gm)).toHaveLength(2);
    expect(hints(exists.stderr)).toEqual([
      'hint: --overwrite converts and replaces those that exist, --skip-existing leaves them',
    ]);
    const failed = await all(root, '--overwrite');
    expect(hints(failed.stderr)).toEqual([
      'hint: --lossy continues and lists what could not be restored; the values are kept',
    ]);
    const [one] = hints(
      (await run(['convert', join(root, 'exports', 'bike'), join(root, 'one'), '--to', 'csv'])).stderr,
    );
    expect(one).toBe(hints(failed.stderr)[0]);
  });

  it('gives JSON: one document, errors and warnings beside it as objects a line', async () => {
    const root = await exportsOf('bike');
    const { code, stdout, stderr } = await all(root, '--json', '--progress', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: false,
      to: 'PARQUET',
      counts: { converted: 1, failed: 0 },
      exports: [
        { jobName: 'bike', status: 'converted', destination: join(root, 'lake', 'job=bike', place), error: null },
      ],
    });
    const states = stderr
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { progress: object }).progress);
    expect(states[0]).toMatchObject({ exports: 0, totalExports: 1 });
    const again = await all(root, '--json', '--compression', 'gzip');
    const lines = again.stderr.split('\n').slice(0, -1);
    expect([again.code, ...lines.map((line) => JSON.parse(line) as object)]).toEqual([
      3,
      { error: { code: 'EXPORT_EXISTS', message: expect.stringContaining('other options') as string } },
      { hint: '--overwrite converts and replaces those that exist, --skip-existing leaves them' },
    ]);
  });

  it.each([
    [['--dry-run'], '--dry-run works with --all only'],
    [['--layout', 'flat'], '--layout works with --all only'],
    [['--table', 'forecasted-values'], '--table works with a DEST that ends in .csv or .parquet only'],
    [['--all', '--table', 'forecasted-values'], '--table does not work with --all'],
    [
      ['--all', '--layout', 'hvie'],
      '--layout: expected hive, flat, mirror or folders made of {job}, {time}, {date} and {path}, none of which begins with a ' +
        "dot or an underscore or has the name of a table, found 'hvie'\n",
    ],
    [['--all', '--skip-existing', '--overwrite'], '--skip-existing: expected one of skipExisting and overwrite'],
    [['--progress', 'some'], "--progress: expected auto, lines, json or none, found 'some'"],
  ])('refuses %j', async (options, problem) => {
    const { code, stderr } = await run(['convert', 'a', 'b', '--to', 'csv', ...options]);
    expect(code).toBe(2);
    expect(stderr).toContain(`error OPTION_INVALID: ${problem}`);
  });
});

describe('convert to a file', () => {
  it('writes one table under that name, and says that it is there with exit code 3', async () => {
    const root = await exportsOf('bike');
    const [from, to] = [join(root, 'exports', 'bike'), join(root, 'bike.parquet')];
    const { code, stdout } = await run(['convert', from, to]);
    expect([code, stdout.split('\n')[0]]).toEqual([0, `bike, exported 2021-12-14 13:20:10Z: CSV to PARQUET, in ${to}`]);
    expect(stdout).toMatch(/forecasted-values +\d+ +2 → 1 /);
    expect((await run(['convert', from, to])).code).toBe(3);
    expect((await run(['convert', from, to, '--table', 'accuracy-metrics-values', '--overwrite'])).code).toBe(0);
    expect((await run(['head', to, '--rows', '1'])).stdout).toContain('backtest_window');
    expect((await run(['convert', from, to, '--to', 'csv'])).stderr).toContain(
      'error OPTION_INVALID: --to: expected parquet, as the name of DEST says, found csv',
    );
  });
});

describe('inspect', () => {
  it('lists the exports below a folder that has none itself', async () => {
    const root = await exportsOf('bike', 'sub');
    const { code, stdout } = await run(['inspect', root]);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe(`${root}: 2 exports in 2 folders`);
    expect(stdout).toMatch(/\n {2}exports\/bike +bike +2021-12-14T13-20-10Z +CSV +4 /);
    const below = JSON.parse((await run(['inspect', root, '--json', '--job', 'sub'])).stdout) as object;
    expect(below).toMatchObject({ exports: [{ folder: 'exports/sub', jobName: 'sub', parts: 4, complete: true }] });
    expect((await run(['inspect', root, '--depth', '0'])).code).toBe(2);
    expect((await run(['inspect', join(root, 'exports', 'bike')])).stdout).not.toContain('in 1 folder');
  });
});

describe('progress', () => {
  /** What is written for 25 states, a second apart. */
  async function shown(progress: 'auto' | 'lines' | 'json' | 'none', terminal = 0): Promise<string[]> {
    const stream = new FakeStream(terminal);
    let now = 0;
    const line = createProgress(createOutput(stream), { ...styleOf(stream, {}), progress }, () => now);
    for (now = 0; now <= 25_000; now += 1000) {
      line.update({ bytes: now * 1000, totalBytes: 50_000_000 });
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await line.end();
    return stream.text.split('\n').slice(0, -1);
  }

  it('is a line every ten seconds without a terminal, and with one on request', async () => {
    const lines = [
      'progress: 10.0 MB of 50.0 MB, 20%, 1.00 MB/s, 40 s left',
      'progress: 20.0 MB of 50.0 MB, 40%, 1.00 MB/s, 30 s left',
    ];
    expect(await shown('auto')).toEqual(lines);
    expect(await shown('lines', 80)).toEqual(lines);
  });

  it('is an object a second for programs, or nothing', async () => {
    const lines = await shown('json', 80);
    expect(lines).toHaveLength(26);
    expect(JSON.parse(lines[3] ?? '')).toEqual({ progress: { bytes: 3_000_000, totalBytes: 50_000_000 } });
    expect(await shown('none', 80)).toEqual([]);
  });
});
