import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// oxlint-disable-next-line import/no-unassigned-import -- imported only to set up the matchers
import 'backtest-export/vitest';
import { createMemoryStorage, createLocalStorage, openExport, type MemoryStorage } from 'backtest-export';
import { generateExport, matchers, type ExportLike, type GenerateOptions } from 'backtest-export/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { csvStorage, type ForecastCells } from '../compare/csv-export.ts';
import { failureOf } from '../support/failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function generated(options: GenerateOptions = {}): Promise<MemoryStorage> {
  const storage = createMemoryStorage();
  await generateExport(storage, { items: 3, horizon: 4, ...options });
  return storage;
}

/** The text of a failing assertion. */
async function textOf(assertion: Promise<void>): Promise<string> {
  try {
    await assertion;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'it did not fail';
}

const name = 'memory: (synthetic_backtest, 2021-12-14T13:20:10.000Z)';

describe('toBeBacktestExport', () => {
  it('accepts a path, a storage and an open export', async () => {
    const folder = temporaryFolder();
    await generateExport(createLocalStorage(folder), { items: 1 });
    const expected = Object.freeze({ jobName: 'synthetic_backtest', format: 'CSV', complete: true });
    const taken: ExportLike[] = [folder, createLocalStorage(folder), await openExport(folder)];
    for (const each of taken) await expect(each).toBeBacktestExport(expected);
  });

  it('compares the given properties, also with asymmetric matchers', async () => {
    const storage = await generated({
      forecastTypes: ['mean', '0.9'],
      dimensions: [{ name: 'store', cardinality: 2 }],
    });
    await expect(storage).toBeBacktestExport({
      jobName: expect.stringMatching(/^synth/),
      exportedAt: '2021-12-14T13:20:10Z',
      itemColumn: 'item_id',
      dimensions: ['store'],
      forecastTypes: ['mean', '0.9'],
    });
    await expect(storage).not.toBeBacktestExport({ forecastTypes: ['mean'] });
    await expect(await openExport(storage)).not.toBeBacktestExport({ exportedAt: '2021-12-15T13:20:10Z' });
    await expect(await openExport(storage)).toBeBacktestExport({ exportedAt: new Date('2021-12-14T13:20:10Z') });
  });

  it('says what was expected and what was found', async () => {
    const storage = await generated({ markers: [], format: 'PARQUET' });
    expect(
      await textOf(expect(storage).toBeBacktestExport({ format: 'CSV', complete: true, itemColumn: 'item_id' })),
    ).toBe(
      `expected ${name} to be a backtest export with other properties\n\n` +
        '            expected  found\n' +
        '  format    "CSV"     "PARQUET"\n' +
        '  complete  true      false',
    );
    expect(await textOf(expect(storage).not.toBeBacktestExport())).toBe(
      `expected ${name} not to be such a backtest export, but it is`,
    );
    expect(await textOf(expect(createMemoryStorage([['x.txt', '']])).toBeBacktestExport())).toContain(
      'expected a backtest export\n\n  EXPORT_NOT_FOUND: expected part files',
    );
    expect(await textOf(expect(storage).toBeBacktestExport({ jobName: 'boat' }))).toContain(
      "an export of the job 'boat'",
    );
  });

  it('refuses values that no export has, which would always pass with not', async () => {
    const storage = await generated();
    const refused: [object, string][] = [
      [{ format: 'csv' }, "format: expected one of CSV, PARQUET, found 'csv'; did you mean CSV?"],
      [{ complete: 'yes' }, "complete: expected true or false, found 'yes'"],
      [{ forecastTypes: 'mean' }, "forecastTypes: expected a list, found 'mean'"],
      [{ jobName: 5 }, 'jobName: expected text, found 5'],
    ];
    for (const [expected, problem] of refused) {
      expect(await failureOf(() => expect(storage).not.toBeBacktestExport(expected))).toEqual([
        'OPTION_INVALID',
        `toBeBacktestExport.${problem}`,
      ]);
    }
    await expect(storage).toBeBacktestExport({ format: expect.any(String), complete: expect.anything() });
  });

  it('does not count a misspelled path as a result', async () => {
    expect(await failureOf(() => expect('no/such/folder').not.toBeBacktestExport())).toEqual([
      'FILE_NOT_FOUND',
      'no/such/folder: there is no such file',
    ]);
  });
});

describe('toEqualExport', () => {
  const rows: ForecastCells[] = [
    ['a', 0, '10.0', '12.0', '5.0', '20.0'],
    ['b', 0, '30.0', '28.0', '5.0', '40.0'],
  ];

  it('finds the same rows in another format equal, and others different', async () => {
    const csv = await generated();
    await expect(csv).toEqualExport(await generated({ format: 'PARQUET', parts: 3, jobName: 'other' }));
    await expect(csv).not.toEqualExport(await generated({ seed: 2 }));
    expect(await textOf(expect(csv).not.toEqualExport(csv))).toBe(
      `expected ${name} to differ from ${name}, but every row is equal`,
    );
  });

  it('respects the tolerance', async () => {
    const [a, b] = [csvStorage([rows]), csvStorage([rows.with(0, ['a', 0, '10.0', '12.000000001', '5.0', '20.0'])])];
    await expect(a).not.toEqualExport(b);
    await expect(a).toEqualExport(b, { tolerance: 1e-9 });
  });

  it('shows the first places', async () => {
    const a = csvStorage([[...rows, ['only', 1, '1.0', '1.0', '1.0', '1.0']]]);
    const b = csvStorage([rows.with(1, ['b', 0, '30.0', '28.5', '', '40.0'])]);
    const part = 'memory:forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
    const bike = 'memory: (bike, 2021-12-14T13:20:10.000Z)';
    const where = `where in A${' '.repeat(part.length - 8)}`;
    const only = `where${' '.repeat(part.length - 3)}`;
    expect(await textOf(expect(a).toEqualExport(b))).toBe(
      [
        `expected ${bike} (A) to equal ${bike} (B)`,
        '',
        '                     rows in A  rows in B  only in A  only in B  different',
        '  forecasted-values  3          2          1          0          1',
        '',
        '  column  cells  greatest relative difference',
        `  mean    1      ${0.5 / 28.5}`,
        '  p10     1      -',
        '',
        `  ${where}  column  A   B      where in B`,
        `  ${part}:3  mean    28  28.5   ${part}:3`,
        `  ${part}:3  p10     5   empty  ${part}:3`,
        '',
        `  only in  ${only}  key`,
        `  A        ${part}:4  only, 2019-01-01T00:00:00.000Z, 2019-01-01T23:00:00.000Z, 2019-01-01T01:00:00.000Z`,
      ].join('\n'),
    );
  });
});

describe('toHaveNoVerificationErrors', () => {
  it('passes for a sound export, given as a path, a storage or opened', async () => {
    const folder = temporaryFolder();
    await generateExport(createLocalStorage(folder), { items: 3, windows: 2, negativeForecasts: 0.2 });
    const taken: ExportLike[] = [folder, createLocalStorage(folder), await openExport(folder)];
    for (const each of taken) await expect(each).toHaveNoVerificationErrors();
    expect(await textOf(expect(await generated()).not.toHaveNoVerificationErrors())).toBe(
      `expected ${name} to have verification errors, but it has none`,
    );
    await expect(folder).not.toHaveNoVerificationErrors({ rules: { FORECAST_NEGATIVE: 'error' } });
  });

  it('shows what is wrong, with file and line', async () => {
    const storage = await generated({ defects: ['duplicate-row', 'computed-metric-wrong'] });
    const text = await textOf(expect(storage).toHaveNoVerificationErrors());
    expect(text.split('\n')[0]).toBe(`expected ${name} to have no verification errors`);
    expect(text).toMatch(/DUPLICATE_EXACT +1 +duplicate rows: the key and values of an earlier row/);
    expect(text).toMatch(/DUPLICATE_EXACT +memory:forecasted-values\/.*_part0\.csv:\d+ +item_/);
    expect(text).toMatch(
      /SUMMARY_DIFFERS +memory:accuracy-metrics-values\/.*_part0\.csv:\d+ .*: expected [\d.]+, found /,
    );
    await expect(storage).not.toHaveNoVerificationErrors();
  });

  it('fails for anything but an export, and with not too if the path is wrong', async () => {
    expect(await textOf(expect(createMemoryStorage()).toHaveNoVerificationErrors())).toMatch(
      /^expected a backtest export without errors\n\n {2}EXPORT_NOT_FOUND: /,
    );
    const [code] = await failureOf(() => expect('no/such/folder').not.toHaveNoVerificationErrors());
    expect(code).toBe('FILE_NOT_FOUND');
  });
});

describe('toHaveMetrics', () => {
  const storage = csvStorage([
    [
      ['a', 0, '10.0', '12.0', '5.0', '20.0'],
      ['b', 0, '30.0', '28.0', '5.0', '40.0'],
    ],
  ]);

  it('has the figures of summarize, exactly or closely', async () => {
    await expect(storage).toHaveMetrics({ WAPE: 0.1, MAE: 2, 'coverage[0.9]': 1 });
    await expect(storage).toHaveMetrics({ RMSE: expect.closeTo(2.001, 2) }, { window: '2019-01-01T00:00:00' });
    await expect(storage).not.toHaveMetrics({ WAPE: 0.2 });
    await expect(storage).toHaveMetrics({ WAPE: 0.1 }, { window: new Date('2019-01-01') });
  });

  it('shows what was expected and what was found', async () => {
    expect(await textOf(expect(storage).toHaveMetrics({ WAPE: expect.closeTo(0.25, 2), MAE: 2 }))).toBe(
      'expected memory: (bike, 2021-12-14T13:20:10.000Z), over all windows, to have these metrics\n\n' +
        '  metric  expected                       found\n' +
        '  WAPE    NumberCloseTo 0.25 (2 digits)  0.1',
    );
  });

  it('accepts bounds, both included', async () => {
    await expect(storage).toHaveMetrics({
      WAPE: { atMost: 0.1 },
      MAE: { atLeast: 2 },
      RMSE: { atLeast: 2, atMost: 3 },
    });
    await expect(storage).not.toHaveMetrics({ WAPE: { atMost: 0.09 } });
    const expected = { WAPE: { atMost: 0.09 }, MAE: { atLeast: 3 }, RMSE: { atLeast: 0, atMost: 1 } };
    expect(await textOf(expect(storage).toHaveMetrics(expected))).toBe(
      'expected memory: (bike, 2021-12-14T13:20:10.000Z), over all windows, to have these metrics\n\n' +
        '  metric  expected      found\n' +
        '  WAPE    at most 0.09  0.1\n' +
        '  MAE     at least 3    2\n' +
        '  RMSE    0 to 1        2',
    );
  });

  it('refuses what no metric can be, also with not', async () => {
    const wanted = 'expected a number, null, { atLeast, atMost }, or a matcher such as expect.closeTo';
    const refused: [unknown, string][] = [
      ['0.1', `${wanted}, found '0.1'`],
      [undefined, `${wanted}, found undefined`],
      [{}, `${wanted}, found an object`],
      [{ atmost: 1 }, "unknown option 'atmost'; did you mean atMost?"],
      [{ atLeast: '1' }, 'expected a number'],
      [{ atLeast: 2, atMost: 1 }, "expected an atLeast that is not above atMost, and neither NaN, found '2 and 1'"],
      [{ atMost: Number.NaN }, 'neither NaN'],
    ];
    for (const [WAPE, problem] of refused) {
      const [code, message] = await failureOf(() => expect(storage).not.toHaveMetrics({ WAPE }));
      expect([code, message]).toEqual(['OPTION_INVALID', expect.stringContaining(problem)]);
    }
  });

  it('refuses unknown metrics and windows, also with not', async () => {
    expect((await failureOf(() => expect(storage).not.toHaveMetrics({ WOPE: 1 })))[1]).toContain("found 'WOPE'");
    expect(await failureOf(() => expect(storage).not.toHaveMetrics({ WAPE: 1 }, { window: '2020-01-01' }))).toEqual([
      'OPTION_INVALID',
      'expected the start of a window, 2019-01-01T00:00:00.000Z, found 2020-01-01',
    ]);
  });
});

describe('every matcher', () => {
  const names = Object.keys(matchers) as (keyof typeof matchers)[];

  it.each(names)('%s is refused inside of another matcher, where nobody waits for it', async (matcher) => {
    const storage = await generated();
    // vitest has them there, but not in its types
    const { not } = expect as unknown as { not: Record<string, (...expected: unknown[]) => unknown> };
    const inside = not[matcher]?.({ WAPE: 1 });
    expect(await failureOf(async () => expect({ storage }).toEqual({ storage: inside }))).toEqual([
      'OPTION_INVALID',
      `${matcher} is asynchronous and cannot be used inside of another matcher: await expect(…).${matcher}(…) by itself`,
    ]);
  });

  it.each(names)('%s says that a promise was not awaited', async (matcher) => {
    const context = { equals: Object.is, utils: { stringify: String } };
    const given: unknown[] = matcher === 'toHaveMetrics' ? [{ WAPE: 1 }] : [];
    expect(await failureOf(() => matchers[matcher].call(context, Promise.resolve(), ...given))).toEqual([
      'OPTION_INVALID',
      'expect: expected an export, found a promise: await it first, or use expect(…).resolves',
    ]);
  });

  it('is used with expect.soft and resolves too', async () => {
    const storage = await generated();
    await expect(Promise.resolve(storage)).resolves.toBeBacktestExport({ format: 'CSV' });
    await expect(Promise.resolve(storage)).resolves.not.toBeBacktestExport({ format: 'PARQUET' });
    await expect.soft(storage).toHaveMetrics({ WAPE: { atMost: 1 } });
  });
});

describe('a project that uses them', () => {
  const root = join(import.meta.dirname, '../..');

  function project(text: string): string {
    const folder = mkdtempSync(join(root, '.matchers-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'export.test.ts'), text);
    writeFileSync(join(folder, 'vitest.config.mjs'), 'export default { test: { include: ["*.test.ts"] } };\n');
    return folder;
  }

  const test = `
import 'backtest-export/vitest';
import { createMemoryStorage } from 'backtest-export';
import { generateExport } from 'backtest-export/testing';
import { expect, it } from 'vitest';

it('fails', async () => {
  const [a, b] = [createMemoryStorage(), createMemoryStorage()];
  await generateExport(a, { items: 2, horizon: 2 });
  await generateExport(b, { items: 1, horizon: 2 });
  await expect(a).toBeBacktestExport({ format: 'CSV' });
  await expect(a).toHaveMetrics({ WAPE: expect.any(Number) });
  await expect(a).toEqualExport(b);
});
`;

  it('sees the failure with file and line', () => {
    const folder = project(test);
    const program = join(root, 'node_modules/vitest/vitest.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'run', '--root', folder], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    const output = stdout + stderr;
    expect(status).toBe(1);
    expect(output).toContain('(A) to equal memory: (synthetic_backtest, 2021-12-14T13:20:10.000Z) (B)');
    expect(output).toContain('memory:forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv:4');
    expect(output).toContain('export.test.ts:13:');
  });

  it('is type-checked', () => {
    const misspelled = test.replace('toEqualExport(b)', 'toEqualExports(b)').replace("format: 'CSV'", "formet: 'CSV'");
    const check = (text: string): [number | null, string[]] => {
      const program = join(root, 'node_modules/typescript/bin/tsc');
      const options = [
        '--noEmit',
        '--ignoreConfig',
        '--strict',
        '--skipLibCheck',
        '--module',
        'nodenext',
        '--target',
        'es2023',
      ];
      const { status, stdout } = spawnSync(
        process.execPath,
        [program, ...options, join(project(text), 'export.test.ts')],
        {
          cwd: root,
          encoding: 'utf8',
        },
      );
      return [status, [...stdout.matchAll(/error (TS\d+)/g)].map(([, code = '']) => code)];
    };
    expect(check(test)).toEqual([0, []]);
    expect(check(misspelled)).toEqual([1, ['TS2561', 'TS2551']]);
  });
});

describe('backtest-export/jest', () => {
  it("extends Jest's global expect with the same matchers, and needs one", async () => {
    const door = new URL('../../dist/testing/jest.js', import.meta.url).href;
    expect(await failureOf(() => import(`${door}?without`))).toEqual([
      'OPTION_INVALID',
      "expected Jest's global expect, found none: import backtest-export/jest in a test or in a file of " +
        'setupFilesAfterEnv; without globals, expect.extend(matchers) with those of backtest-export/testing',
    ]);
    const extended: object[] = [];
    Object.assign(globalThis, { expect: { extend: (given: object) => extended.push(given) } });
    onTestFinished(() => void Reflect.deleteProperty(globalThis, 'expect'));
    await import(`${door}?with`);
    expect(extended).toEqual([matchers]);
  });
});
