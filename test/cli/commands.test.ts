import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { commands } from '#src/cli/command-table.js';
import { textWidth } from '#src/show/values/text-width.js';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { FakeStream, run, wordsOf } from './run.ts';

const bikeHeader =
  'item_id,store,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p50,p90\n';

/** Two items, one window of two steps; figures that can be checked by hand. */
function writeBike(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'forecasted-values'));
  writeFileSync(
    join(folder, 'forecasted-values', 'Forecasts_bike_2021-12-14T13-20-10Z_part0.csv'),
    bikeHeader +
      '007,"Zürich, 日本",2019-01-01T00:00:00Z,10.0,2019-01-01T00:00:00,2019-01-01T01:00:00,8.0,5.0,8.0,12.0\n' +
      '007,"Zürich, 日本",2019-01-01T01:00:00Z,20.0,2019-01-01T00:00:00,2019-01-01T01:00:00,24.0,15.0,22.0,30.0\n' +
      '=1+1,Bern,2019-01-01T00:00:00Z,0.0,2019-01-01T00:00:00,2019-01-01T01:00:00,-0.0,-1.0,0.0,1.0\n' +
      '=1+1,Bern,2019-01-01T01:00:00Z,,2019-01-01T00:00:00,2019-01-01T01:00:00,1.0,0.0,1.0,2.5\n',
  );
  writeFileSync(join(folder, '_SUCCESS'), '');
  return folder;
}

async function generated(...options: string[]): Promise<string> {
  const folder = join(temporaryFolder(), 'export');
  expect(await run(['generate', folder, ...options])).toMatchObject({ code: 0, stderr: '' });
  return folder;
}

const expected = (name: string): string => `expected/${name}.txt`;

describe('help', () => {
  it('is exact, for the program and for each command', async () => {
    await expect((await run(['--help'])).stdout).toMatchFileSnapshot(expected('help'));
    for (const { name } of commands) {
      const { code, stdout } = await run([name, '--help']);
      expect(code).toBe(0);
      await expect(stdout).toMatchFileSnapshot(expected(`help-${name}`));
    }
  });

  it('is of commands that can all be loaded', async () => {
    for (const { name, load } of commands) expect(await load(), name).toBeTypeOf('function');
  });

  it.each([40, 80, 200])('fits a terminal of %i columns, but for command lines to copy', async (width) => {
    const { stdout } = await run(['generate', '--help'], { terminal: width, env: { NO_COLOR: '1' } });
    const options = stdout.slice(stdout.indexOf('Options:'), stdout.indexOf('Examples:'));
    for (const line of options.split('\n')) expect(textWidth(line), line).toBeLessThanOrEqual(width);
  });

  it('is asked for as -h and help COMMAND too', async () => {
    const { stdout } = await run(['head', '-h']);
    expect((await run(['help', 'head'])).stdout).toBe(stdout);
    expect((await run(['-h'])).stdout).toBe((await run(['--help'])).stdout);
  });

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('wrong use', () => {
  it.each([
    [[], 'expected a command'],
    [['summarise', 'x'], "unknown command 'summarise'; did you mean summarize?"],
    [['--jsn'], "expected a command first, found the option '--jsn'"],
    [['head', 'x', '--row', '1'], "unknown option '--row' of head; did you mean --rows?"],
    [['head', 'x', '--__proto__', '1'], "unknown option '--__proto__' of head"],
    [['head', 'x', '--rows'], '--rows N: expected a value'],
    [
      ['head', 'x', '--columns', '--json'],
      '--columns LIST: expected a value; one that begins with a dash is written --columns=VALUE',
    ],
    [['head', 'x', '--rows', '0'], "--rows: expected a whole number from 1, found '0'"],
    [['head', 'x', '--rows', '1e3'], "--rows: expected a whole number from 1, found '1e3'"],
    [['head', 'x', '--rows', '1', '--rows', '2'], '--rows is given twice'],
    [['head', 'x', '--columns', 'a,,b'], "--columns: expected names separated by commas, found 'a,,b'"],
    [['head', 'x', '--json=yes'], "--json takes no value, found 'yes'"],
    [['head'], 'expected FOLDER: backtest-export head FOLDER'],
    [['head', 'x', 'y'], "expected one FOLDER, found 2: 'x' 'y'"],
    [['summarize', 'x', '--format', 'xml'], "--format: expected table, json, csv or markdown, found 'xml'"],
    [['summarize', 'x', '--json', '--format', 'csv'], '--json and --format csv exclude each other'],
    [['summarize', 'x', '--by', 'item', '--worst', 'WAPE'], "--worst: expected METRIC:N such as WAPE:10, found 'WAPE'"],
    [['summarize', 'x', '--worst', 'WAPE:3'], '--worst chooses among groups: define them with --by'],
    [['summarize', 'x', '--under', '6'], '--under needs --over: what does a unit left over cost? 0 is allowed'],
    [['summarize', 'x', '--over', '1'], '--over needs --under: what does a unit short cost? 0 is allowed'],
    [
      ['summarize', 'x', '--under', '0', '--over', '0.0'],
      '--under and --over are both 0: then no forecast costs anything',
    ],
    [['summarize', 'x', '--under=-1', '--over', '1'], "--under: expected a number from 0, found '-1'"],
    [['reduce', 'x', '--over', '1'], '--over needs --under: what does a unit short cost? 0 is allowed'],
    [
      ['summarize', 'x', '--frequency', 'daily'],
      "--frequency: expected Y, M, W, D, H or min, with or without a count before it, found 'daily'",
    ],
    [
      ['generate', 'x', '--defect', 'repeated-haeder'],
      "--defect: unknown defect 'repeated-haeder'; did you mean repeated-header?",
    ],
    [['generate', 'x', '--dimensions', 'store'], "--dimensions: expected NAME:VALUES such as store:3, found 'store'"],
    [['generate', 'x', '--zero-actuals', 'some'], "--zero-actuals: expected a number, found 'some'"],
    [['generate', 'x', '--markers', '_DONE'], "--markers: expected _CHECK, _SUCCESS or none, found '_DONE'"],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr: said } = await run(argv);
    const stderr = argv.includes('--json') ? wordsOf(said) : said;
    expect(stderr.split('\n')[0]).toBe(`error OPTION_INVALID: ${message}`);
    expect(stderr).toMatch(/\nhint: backtest-export .*--help lists the (?:options|commands)\n$/);
    expect([code, stdout]).toEqual([2, '']);
  });
});

describe('summarize', () => {
  it('gives JSON in the documented shape, to the last digit', async () => {
    const folder = writeBike();
    const { code, stdout, stderr } = await run(['summarize', folder, '--json', '--threads', '1']);
    expect(code).toBe(0);
    expect(wordsOf(stderr)).toMatch(/^warning TABLE_MISSING: .*\n$/);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).toMatchObject({
      export: { location: folder, jobName: 'bike', exportedAt: '2021-12-14T13:20:10.000Z', format: 'CSV', rows: 4 },
      forecastTypes: ['mean', '0.1', '0.5', '0.9'],
      summary: {
        itemCount: 2,
        count: 3,
        metrics: {
          // |10-8| + |20-24| + |0-0| over 10 + 20
          WAPE: 6 / 30,
          WAPESum: 6,
          RMSE: Math.sqrt(20 / 3),
          MAPE: (0.2 + 0.2) / 3,
          MASE: null,
          MAE: 2,
          bias: 2 / 3,
          wQL: { '0.5': (2 * (0.5 * 2 + 0.5 * 2)) / 30 },
          coverage: { '0.1': 0, '0.5': 2 / 3, '0.9': 1 },
        },
      },
      windows: [{ start: '2019-01-01T00:00:00.000Z', end: '2019-01-01T01:00:00.000Z', itemCount: 2, count: 3 }],
      groups: [],
      skippedParts: [],
      warnings: [{ code: 'TABLE_MISSING' }],
    });
    expect(Object.keys(result).slice(0, 2)).toEqual(['export', 'forecastTypes']);
    const codes = (result['notes'] as { code: string }[]).map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['MASE_NEEDS_HISTORY', 'MISSING_ACTUALS', 'ZERO_ACTUALS']));
  });

  it('gives the same text for --json and --format json, and for any number of threads', async () => {
    const folder = await generated('--items', '6', '--windows', '2', '--parts', '3', '--format', 'csv');
    const { stdout } = await run(['summarize', folder, '--json', '--by', 'item,step']);
    const other = await run(['summarize', folder, '--format', 'json', '--by', 'item,step', '--threads', '1']);
    expect(other.stdout).toBe(stdout);
  });

  it.each([40, 80, 200])('fits tables to %i columns', async (width) => {
    const folder = await generated(
      '--items',
      '5',
      '--windows',
      '2',
      '--dimensions',
      'store:2',
      '--text-style',
      'unicode',
    );
    const argv = ['summarize', folder, '--by', 'item,store', '--worst', 'WAPE:3', '--threads', '1'];
    const { stdout } = await run(argv, { terminal: width, env: { NO_COLOR: '1' } });
    for (const line of stdout.split('\n')) expect(textWidth(line), line).toBeLessThanOrEqual(width);
    await expect(stdout.replace(/ {2}location +.*\n(?: {6,}.*\n)*/, '')).toMatchFileSnapshot(
      expected(`summarize-${width}`),
    );
  });

  it('prints what stocking by each forecast costs: as a table, in Markdown, as CSV and JSON', async () => {
    const argv = ['summarize', writeBike(), '--under', '6', '--over', '1', '--threads', '1'];
    const costsIn = (stdout: string): string =>
      /^(?:#### )?Costs \([^]*?\n(?=\nBacktest|\n####)/m.exec(stdout)?.[0] ?? '';
    await expect(costsIn((await run(argv)).stdout)).toMatchFileSnapshot(expected('summarize-costs'));
    expect(costsIn((await run([...argv, '--format', 'markdown'])).stdout)).toContain(
      '| 0.9 | 0 | 13 | 13 | 3 | cheapest |',
    );
    const csv = parse((await run([...argv, '--by', 'item', '--format', 'csv'])).stdout, { columns: true });
    expect(csv).toMatchObject([
      {
        scope: 'overall',
        'cost[mean]': '16',
        'units_short[0.1]': '11',
        'units_over[0.9]': '13',
        cheapest: '0.9',
        saved: '3',
      },
      { scope: 'group', item: '007', 'cost[mean]': '16', cheapest: '0.9', saved: '4' },
      { scope: 'group', item: '=1+1', 'cost[mean]': '0', cheapest: 'mean', saved: '0' },
    ]);
    const { costs } = JSON.parse((await run([...argv, '--json'])).stdout) as { costs: unknown };
    expect(costs).toMatchObject({ criticalRatio: 6 / 7, cheapest: '0.9', saved: 3, windows: [{ saved: 3 }] });
    const groups = (await run([...argv, '--by', 'item'])).stdout;
    expect(groups).toMatch(/^ {2}item .* cost +cheapest +saves\n {2}007 .* 16 +0\.9 +4$/m);
  });

  it('always has the figure that groups are ranked by as a column, with its other reading beside it', async () => {
    const folder = await generated('--items', '6', '--windows', '2', '--zero-actuals', '0.3');
    const argv = ['summarize', folder, '--by', 'item', '--worst', 'coverage[0.9]:2'];
    const groupsOf = (stdout: string): string => /^By item[^]*?\n\n/m.exec(stdout)?.[0] ?? '';
    const wide = groupsOf((await run(argv)).stdout);
    expect(wide).toMatch(/^By item \(the worst 2 of 6 groups by coverage\[0\.9\]; pooled over windows\)\n/);
    expect(wide).toMatch(
      /^ {2}item +actuals +coverage\[0\.9\] +coverage\[0\.9\] averaged +avg wQL +WAPE .* wQL\[0\.9\]\n/m,
    );
    expect(wide).not.toContain('no room');
    for (const terminal of [20, 30, 40, 80]) {
      expect(groupsOf((await run(argv, { terminal, env: { NO_COLOR: '1' } })).stdout), `${terminal}`).toContain(
        '  coverage[0.9]',
      );
    }
    const averaged = groupsOf((await run([...argv.slice(0, -1), 'WAPE:2', '--reading', 'averaged'])).stdout);
    expect(averaged).toMatch(/averaged over windows\)\n {2}item +actuals +avg wQL +WAPE +WAPE pooled /);
    const markdown = (await run([...argv, '--format', 'markdown'])).stdout;
    expect(markdown).toContain(String.raw`| coverage\[0.9\] | coverage\[0.9\] averaged | Average wQL |`);
  });

  it('names the point forecast, takes another, and refuses to rank by what is not there', async () => {
    const folder = await generated('--items', '3', '--forecast-types', '0.1,0.5,0.9');
    const fact = async (...more: string[]): Promise<string | undefined> =>
      /point forecast +(.*)/.exec((await run(['summarize', folder, ...more])).stdout)?.[1];
    expect(await fact()).toBe('p50; WAPE, RMSE, MAPE, MAE and bias are computed from it');
    expect(await fact('--point', 'p90')).toBe('p90; WAPE, RMSE, MAPE, MAE and bias are computed from it');
    expect((await run(['summarize', folder, '--point', 'mean'])).stderr).toMatch(
      "error OPTION_INVALID: expected point to be one of p10, p50, p90, found 'mean'",
    );
    const none = await generated('--items', '3', '--forecast-types', '0.1,0.9');
    const { code, stderr } = await run(['summarize', none, '--by', 'item', '--worst', 'WAPE:2']);
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error OPTION_INVALID: expected worst.metric to be one of wQL[0.1], wQL[0.9], averageWQL, coverage[0.1], ' +
        "coverage[0.9], found 'WAPE': the export has neither a mean nor a p50 column, and no other was chosen",
    ]);
  });

  it("calls a mean of the windows' sums what it is", async () => {
    const label = async (windows: string): Promise<string | undefined> => {
      const folder = await generated('--items', '2', '--windows', windows);
      return /WAPE \(sum\) +\S+ +(.*)/.exec((await run(['summarize', folder])).stdout)?.[1];
    };
    expect(await label('1')).toBe('sum of errors, as in accuracy-metrics-values');
    expect(await label('3')).toBe("mean of the windows' sums of errors, as in accuracy-metrics-values");
  });

  it('writes CSV that reads back to the figures of JSON', async () => {
    const folder = await generated('--items', '4', '--windows', '2', '--text-style', 'hostile');
    const csv = (await run(['summarize', folder, '--format', 'csv', '--by', 'item'])).stdout;
    const json = JSON.parse((await run(['summarize', folder, '--json', '--by', 'item'])).stdout) as {
      summary: { metrics: { WAPE: number; wQL: Record<string, number> } };
      groups: { key: { item: string }; pooled: { RMSE: number }; averaged: { RMSE: number } }[];
    };
    expect(csv).not.toMatch(/(?<!\r)\n(?!.*")/);
    const records: Record<string, string>[] = parse(csv, { columns: true, record_delimiter: '\r\n' });
    expect(records).toHaveLength(1 + json.groups.length);
    expect(records[0]).toMatchObject({ scope: 'overall', item: '', skipped_parts: '0', 'averaged.MASE': '' });
    expect(records[0]).toMatchObject({ point: 'mean', 'pooled.WAPE': '' });
    expect(Number(records[0]?.['averaged.WAPE'])).toBe(json.summary.metrics.WAPE);
    expect(Number(records[0]?.['averaged.wQL[0.9]'])).toBe(json.summary.metrics.wQL['0.9']);
    json.groups.forEach((group, index) => {
      expect(records[index + 1]?.['item']).toBe(group.key.item);
      expect(Number(records[index + 1]?.['pooled.RMSE'])).toBe(group.pooled.RMSE);
      expect(Number(records[index + 1]?.['averaged.RMSE'])).toBe(group.averaged.RMSE);
    });
  });

  it('has one CSV row for each window without a grouping', async () => {
    const folder = await generated('--items', '2', '--windows', '3');
    const { stdout } = await run(['summarize', folder, '--format', 'csv']);
    const scopes = stdout.split('\r\n').map((line) => line.split(',').slice(0, 3).join(' '));
    expect(scopes).toEqual([
      'scope window_start window_end',
      'overall  ',
      'window 2021-11-01T00:00:00.000Z 2021-11-01T23:00:00.000Z',
      'window 2021-11-02T00:00:00.000Z 2021-11-02T23:00:00.000Z',
      'window 2021-11-03T00:00:00.000Z 2021-11-03T23:00:00.000Z',
      '',
    ]);
  });

  it('writes Markdown, hostile text escaped', async () => {
    const { stdout } = await run(['summarize', writeBike(), '--format', 'markdown', '--by', 'store']);
    await expect(stdout).toMatchFileSnapshot(expected('summarize-markdown'));
  });

  it('shows how accuracy metrics spread over items, and does not on request', async () => {
    const folder = await generated('--items', '4', '--windows', '2', '--wape-meaning', 'ratio');
    const table = (await run(['summarize', folder])).stdout;
    expect(table).toContain('Accuracy metrics over items (4 Summary rows of accuracy-metrics-values)\n');
    expect(table).toMatch(/^ {2}metric +count +not defined +mean +p10 +p50 +p90 +max\n {2}wQL\[0\.1\] +4 +0 +0\./m);
    expect(table).toContain('WAPE in this file is the ratio of errors to actuals.');
    const { accuracyMetrics } = JSON.parse((await run(['summarize', folder, '--json'])).stdout) as {
      accuracyMetrics: object;
    };
    expect(accuracyMetrics).toMatchObject({
      rows: 12,
      wapeMeaning: 'ratio',
      summary: { rows: 4, metrics: { RMSE: { count: 4 } } },
      windows: [{ rows: 4 }, { rows: 4 }],
    });
    const markdown = (await run(['summarize', folder, '--format', 'markdown'])).stdout;
    expect(markdown).toMatch(/\n\n#### Accuracy metrics over items .*\n\n\| metric \| count \|.*\n\| --- \| ---: \|/);
    for (const format of ['table', 'markdown']) {
      const { stdout } = await run(['summarize', folder, '--no-accuracy-metrics', '--format', format]);
      expect(stdout).not.toContain('Accuracy metrics');
    }
    const off = await run(['summarize', folder, '--no-accuracy-metrics', '--json']);
    expect(JSON.parse(off.stdout)).toMatchObject({ accuracyMetrics: null });
  });

  it('summarises a bare folder of accuracy metrics', async () => {
    const folder = join(await generated('--items', '4'), 'accuracy-metrics-values');
    const { code, stdout } = await run(['summarize', folder]);
    expect(code).toBe(0);
    expect(stdout).toContain('Accuracy metrics over items (4 Summary rows');
    expect(stdout).toContain('the export has no forecasted-values table\n');
    expect(stdout).not.toMatch(/Overall|Quantiles|Backtest windows/);
    expect((await run(['summarize', folder, '--by', 'item'])).stderr).toContain('error TABLE_NOT_FOUND');
  });

  it('names the metric of the worst groups', async () => {
    const folder = await generated('--items', '4');
    const titleOf = async (worst: string): Promise<string> =>
      /^By item \((.*)\)$/m.exec((await run(['summarize', folder, '--by', 'item', '--worst', worst])).stdout)?.[1] ??
      '';
    expect(await titleOf('wQL[0.9]:3')).toBe('the worst 3 of 4 groups by wQL[0.9]');
    expect(await titleOf('RMSE:4')).toBe('4 groups, worst RMSE first');
  });

  it('stops at a bad part, says where, and what could be done', async () => {
    const folder = await generated('--items', '4', '--parts', '2', '--defect', 'too-few-fields');
    const stopped = await run(['summarize', folder]);
    expect([stopped.code, stopped.stdout]).toEqual([2, '']);
    expect(stopped.stderr).toMatch(/^error CSV_FIELD_COUNT: forecasted-values\/.*part0\.csv, record \d+, line \d+/m);
    expect(stopped.stderr).toContain('hint: --skip-bad-parts continues without the damaged part');
    const skipped = await run(['summarize', folder, '--skip-bad-parts', '--json']);
    expect(skipped.code).toBe(0);
    expect(wordsOf(skipped.stderr)).toMatch(/^warning PART_SKIPPED: forecasted-values\/.*part0\.csv: CSV_FIELD_COUNT/m);
    expect(JSON.parse(skipped.stdout)).toMatchObject({
      skippedParts: [{ code: 'CSV_FIELD_COUNT' }],
      summary: { itemCount: 2 },
    });
    expect((await run(['summarize', folder, '--skip-bad-parts'])).stdout).toContain('left out: forecasted-values/');
  });

  it('gives no summary of nothing when every part is bad', async () => {
    const folder = await generated('--defect', 'too-few-fields');
    const { code, stdout, stderr } = await run(['summarize', folder, '--skip-bad-parts']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/error CSV_FIELD_COUNT: .*every part of forecasted-values that holds data is bad/);
    expect(stderr).not.toContain('hint: --skip-bad-parts');
  });

  it('skips repeated headers on request, and says so', async () => {
    const folder = await generated('--defect', 'repeated-header');
    const refused = await run(['summarize', folder]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('hint: --repeated-headers skip');
    const read = await run(['summarize', folder, '--repeated-headers', 'skip', '--json']);
    expect(read.code).toBe(0);
    expect(wordsOf(read.stderr)).toContain('warning HEADER_REPEATED:');
  });

  it('reads another dialect', async () => {
    const file = join(temporaryFolder(), 'saved.csv');
    const text =
      bikeHeader.replaceAll(',', ';') +
      '1;b;2019-01-01T00:00:00Z;1,5;2019-01-01T00:00:00;2019-01-01T00:00:00;1;1;1;2,5\n';
    writeFileSync(file, text);
    const { code, stdout } = await run(['summarize', file, '--delimiter', ';', '--decimal', ',', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { metrics: { MAE: 0.5 } } });
  });
});

describe('a folder of several exports', () => {
  it('is refused with a hint, and read when one is chosen', async () => {
    const folder = await generated('--items', '2', '--job', 'first');
    await run(['generate', folder, '--add', '--items', '3', '--job', 'second']);
    const { code, stdout, stderr } = await run(['summarize', folder]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error EXPORT_AMBIGUOUS: .*'first'.*'second'/);
    expect(stderr).toContain('hint: choose with --job NAME and --exported-at latest|TIME');
    for (const [job, itemCount] of [
      ['first', 2],
      ['second', 3],
    ] as const) {
      const chosen = await run(['summarize', folder, '--job', job, '--exported-at', 'latest', '--json']);
      expect(JSON.parse(chosen.stdout)).toMatchObject({ export: { jobName: job }, summary: { itemCount } });
    }
    const listed = JSON.parse((await run(['inspect', folder, '--json'])).stdout) as { exports: { jobName: string }[] };
    expect(listed.exports.map(({ jobName }) => jobName)).toEqual(['first', 'second']);
  });
});

describe('inspect', () => {
  it('prints the facts of names, sizes and headers', async () => {
    const folder = writeBike();
    writeFileSync(join(folder, '.DS_Store'), 'x');
    writeFileSync(join(folder, 'notes\u001b.txt'), 'x');
    const { code, stdout, stderr } = await run(['inspect', folder], { env: { COLUMNS: '100' } });
    expect([code, stderr]).toEqual([0, '']);
    await expect(stdout.replaceAll(folder, 'FOLDER')).toMatchFileSnapshot(expected('inspect'));
  });

  it('lists an export that cannot be read with its error, and exits with 2', async () => {
    const folder = await generated('--items', '2', '--job', 'sound');
    await run(['generate', folder, '--add', '--job', 'broken', '--defect', 'wrong-header']);
    const { code, stdout, stderr } = await run(['inspect', folder, '--json']);
    expect(code).toBe(2);
    expect(wordsOf(stderr)).toMatch(/^error SCHEMA_INVALID: /);
    const { exports } = JSON.parse(stdout) as {
      exports: { jobName: string; error?: { code: string }; itemColumn?: string }[];
    };
    expect(exports.map((found) => [found.jobName, found.error?.code, found.itemColumn])).toEqual([
      ['broken', 'SCHEMA_INVALID', undefined],
      ['sound', undefined, 'item_id'],
    ]);
    expect((await run(['inspect', folder, '--job', 'sound'])).code).toBe(0);
  });

  it('names what writers have left', async () => {
    const folder = await generated('--items', '2');
    const name = `.backtest-export-pffffffff-1-1-${crypto.randomUUID()}.tmp`;
    writeFileSync(join(folder, name), 'abc');
    const { stdout } = await run(['inspect', folder], { env: { COLUMNS: '200' } });
    expect(stdout).toContain(
      `Left by writers\n  ${name}: 3 B, unfinished; left by another machine or an earlier version, removed after a day without changes`,
    );
    const { hidden } = JSON.parse((await run(['inspect', folder, '--json'])).stdout) as { hidden: unknown };
    expect(hidden).toEqual([{ path: name, size: 3, kind: 'temporary', writer: 'elsewhere' }]);
  });

  it('refuses anything that is not an export', async () => {
    const empty = await run(['inspect', temporaryFolder()]);
    expect(empty.code).toBe(2);
    expect(empty.stderr).toMatch(/^error EXPORT_NOT_FOUND: /);
    const missing = join(temporaryFolder(), 'missing');
    expect((await run(['inspect', missing])).stderr).toContain(`error FILE_NOT_FOUND: ${missing}: `);
  });
});

describe('head', () => {
  it('prints the first rows as a table', async () => {
    const { stdout } = await run(['head', writeBike(), '--rows', '3'], { env: { COLUMNS: '110' } });
    await expect(stdout).toMatchFileSnapshot(expected('head'));
  });

  it('prints one JSON object per line, exactly', async () => {
    const { stdout } = await run(['head', writeBike(), '--json', '--columns', 'store,mean,target_value,timestamp']);
    expect(stdout).toBe(
      '{"store":"Zürich, 日本","mean":8,"target_value":10,"timestamp":"2019-01-01T00:00:00.000Z"}\n' +
        '{"store":"Zürich, 日本","mean":24,"target_value":20,"timestamp":"2019-01-01T01:00:00.000Z"}\n' +
        '{"store":"Bern","mean":-0,"target_value":0,"timestamp":"2019-01-01T00:00:00.000Z"}\n' +
        '{"store":"Bern","mean":1,"target_value":null,"timestamp":"2019-01-01T01:00:00.000Z"}\n',
    );
  });

  it('stops early: damage after the last row shown goes unnoticed', async () => {
    const folder = await generated('--items', '50', '--defect', 'too-few-fields');
    const first = await run(['head', folder, '--rows', '2', '--json']);
    expect([first.code, first.stdout.split('\n').length]).toEqual([0, 3]);
    expect((await run(['head', folder, '--rows', '100000'])).code).toBe(2);
  });

  it('takes the accuracy table where it is asked for or alone', async () => {
    const folder = await generated('--items', '2', '--missing-actuals', '1');
    const argv = ['head', folder, '--table', 'accuracy-metrics-values', '--rows', '1', '--json'];
    expect(JSON.parse((await run(argv)).stdout)).toMatchObject({ backtest_window: 'Computed', RMSE: 'not defined' });
    const alone = await run(['head', join(folder, 'accuracy-metrics-values'), '--rows', '1', '--json']);
    expect(JSON.parse(alone.stdout)).toMatchObject({ backtest_window: 'Computed' });
  });

  it('takes a name that holds a comma', async () => {
    const file = join(temporaryFolder(), 'odd.csv');
    const row = '1,b,2019-01-01T00:00:00Z,1,2019-01-01T00:00:00,2019-01-01T00:00:00,1,1,1,2\n';
    writeFileSync(file, bikeHeader.replace('store', '"a, b"') + row);
    const { stdout } = await run(['head', file, '--json', '--columns', String.raw`a\, b,p90`]);
    expect(stdout).toBe('{"a, b":"b","p90":2}\n');
  });

  it('names the columns there are', async () => {
    const { code, stderr } = await run(['head', writeBike(), '--columns', 'p99']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/error COLUMN_UNKNOWN: .*'p99'/);
  });
});

describe('generate', () => {
  it('never replaces anything', async () => {
    const folder = await generated('--items', '2');
    const before = readdirSync(join(folder, 'forecasted-values'));
    const again = await run(['generate', folder]);
    expect(again.stderr).toMatch(/expected a new or empty folder, found 4 entries .*--add/);
    const same = await run(['generate', folder, '--add']);
    expect(same.stderr).toMatch(/already holds this export of synthetic_backtest/);
    expect([again.code, same.code]).toEqual([2, 2]);
    expect((await run(['generate', folder, '--add', '--exported-at', '2022-01-01T00-00-00Z'])).code).toBe(0);
    expect(readdirSync(join(folder, 'forecasted-values'))).toEqual(expect.arrayContaining(before));
  });

  it('passes every option on', async () => {
    const folder = join(temporaryFolder(), 'x');
    const argv =
      'generate FOLDER --json --items 3 --windows 2 --horizon 4 --window-offset 2 --frequency D --parts 2 --job j ' +
      '--exported-at 2022-02-02T02-02-02Z --naming documented --item-column sku --dimensions a:2,b:3 --metrics 2020 ' +
      '--forecast-types 0.9,mean --markers none --text-style digits --seed 5 --timestamp-zone none ' +
      '--first-window-start 2020-01-01T00:00:00';
    const { stdout } = await run(argv.split(' ').map((word) => (word === 'FOLDER' ? folder : word)));
    expect(JSON.parse(stdout)).toMatchObject({
      location: folder,
      jobName: 'j',
      series: 18,
      windows: [
        { start: '2020-01-01T00:00:00', end: '2020-01-04T00:00:00' },
        { start: '2020-01-03T00:00:00', end: '2020-01-06T00:00:00' },
      ],
      columns: { 'accuracy-metrics-values': expect.not.arrayContaining(['MAPE']) },
    });
    expect(readdirSync(join(folder, 'forecasted-values'))).toEqual([
      'j_2022-02-02T02-02-02Z_0.csv',
      'j_2022-02-02T02-02-02Z_1.csv',
    ]);
    expect(existsSync(join(folder, '_SUCCESS'))).toBe(false);
  });

  it('lists every defect, with the code that reading gives', async () => {
    const { stdout } = await run(['generate', '--list-defects', '--json']);
    const defects = JSON.parse(stdout) as { name: string; expects?: string; description: string }[];
    expect(defects.find(({ name }) => name === 'repeated-header')?.expects).toBe('CSV_HEADER_REPEATED');
    expect((await run(['generate', '--list-defects'])).stdout).toContain('zero-byte-part');
  });

  it('stops on Ctrl-C and leaves no _SUCCESS', async () => {
    const folder = join(temporaryFolder(), 'x');
    const signal = AbortSignal.timeout(30);
    const argv = ['generate', folder, '--items', '20000', '--windows', '5'];
    expect((await run(argv, { signal })).code).toBe(130);
    expect(existsSync(join(folder, '_SUCCESS'))).toBe(false);
  });
});

describe('streams', () => {
  const broken = (code: string): FakeStream => {
    const stream = new FakeStream();
    stream.failure = { after: 0, error: Object.assign(new Error(`write ${code}`), { code }) };
    return stream;
  };

  it('ends quietly when the reader has gone', async () => {
    const stdout = broken('EPIPE');
    expect(await run(['head', writeBike(), '--json'], { stdout })).toMatchObject({ code: 0, stdout: '' });
    expect((await run(['--help'], { stdout: broken('EPIPE') })).stderr).toBe('');
  });

  it('says when the result cannot be written', async () => {
    const { code, stderr } = await run(['--version'], { stdout: broken('ENOSPC') });
    expect(code).toBe(2);
    expect(stderr).toBe('error WRITE_FAILED: standard output cannot be written: write ENOSPC\n');
  });

  it('survives a standard error that is closed', async () => {
    expect((await run(['nope'], { stderr: broken('EPIPE') })).code).toBe(2);
  });

  it('exits with 130 when interrupted', async () => {
    const signal = AbortSignal.abort();
    expect(await run(['summarize', writeBike()], { signal })).toMatchObject({ code: 130, stdout: '' });
    expect((await run(['inspect', writeBike()], { signal })).code).toBe(130);
  });
});
