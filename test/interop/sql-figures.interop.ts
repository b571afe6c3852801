import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { summarize, type WindowSummary } from '#src/index.js';
import { writeSql } from '#src/sql/index.js';
import { generateExport } from '#src/testing/index.js';
import { openDuckDb } from './duckdb.ts';
import { interopPython, recipeFolder } from './recipe.ts';

const root = join(import.meta.dirname, '../..');

/** The CSV that an engine's console saves of the query of sums: every cell in quotes, NULL empty. */
async function resultOf(folder: string, sums: 'exact' | 'plain'): Promise<string> {
  const connection = await openDuckDb();
  const text = await writeSql(folder, { dialect: 'duckdb', sums });
  const statements = await connection.extractStatements(text);
  for (let index = 0; index < statements.count; index++) {
    const result = await (await statements.prepare(index)).runAndReadAll();
    if (!result.columnNames().includes('excluded_types')) continue;
    const rows = [result.columnNames(), ...result.getRows()];
    return rows.map((row) => row.map((cell) => `"${cell === null ? '' : String(cell)}"`).join(',')).join('\n');
  }
  throw new Error('there is no query of sums');
}

function figuresOf(result: string, types: readonly string[]): Record<string, string>[] {
  const script = join(root, 'examples/sql/figures.py');
  const { stdout, stderr } = spawnSync(interopPython(), [script, types.join(',')], { input: result, encoding: 'utf8' });
  expect(stderr).toBe('');
  const [names = [], ...rows] = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(names.map((name, place) => [name, row[place] ?? ''])));
}

/** What the script should print of a window. */
function expected({ metrics }: WindowSummary): Record<string, number | null> {
  const { wQL, coverage, WAPE, RMSE, MAPE, MAE, bias } = metrics;
  const byQuantile = (name: string, values: object): [string, number | null][] =>
    Object.entries(values).map(([quantile, value]) => [`${name}[${quantile}]`, value as number | null]);
  return {
    WAPE,
    RMSE,
    MAPE,
    MAE,
    bias,
    ...Object.fromEntries([...byQuantile('wQL', wQL), ...byQuantile('coverage', coverage)]),
  };
}

describe('examples/sql/figures.py', () => {
  const sources = {
    retail: async () => Promise.resolve(join(root, 'fixtures/retail/export')),
    'no mean and no p50': async () => Promise.resolve(join(root, 'fixtures/hourly-old/export')),
    'missing actuals and forecasts': async () => {
      const folder = join(recipeFolder(), 'export');
      await generateExport(folder, {
        items: 30,
        parts: 3,
        windows: 2,
        missingActuals: 0.2,
        zeroActuals: 0.1,
        defects: ['empty-forecast', 'nan-forecast', 'infinite-forecast'],
      });
      return folder;
    },
  };

  it.each(Object.entries(sources))('makes of the sums what summarize computes: %s', async (_, source) => {
    const folder = await source();
    const { windows, forecastTypes } = await summarize(folder);
    expect(windows.length).toBeGreaterThan(0);
    const printed = figuresOf(await resultOf(folder, 'exact'), forecastTypes);
    expect(printed).toHaveLength(windows.length);
    for (const [place, window] of windows.entries()) {
      for (const [name, value] of Object.entries(expected(window))) {
        const cell = printed[place]?.[name] ?? '';
        expect([name, cell === '' ? null : Number(cell)]).toEqual([name, value]);
      }
    }
  });

  it('takes plain sums too', async () => {
    const folder = await sources.retail();
    const { windows, forecastTypes } = await summarize(folder);
    const [first] = figuresOf(await resultOf(folder, 'plain'), forecastTypes);
    expect(Number(first?.['WAPE'])).toBeCloseTo(windows[0]?.metrics.WAPE ?? NaN, 12);
    expect(Number(first?.['RMSE'])).toBeCloseTo(windows[0]?.metrics.RMSE ?? NaN, 10);
  });

  it('refuses sums that are wrong', async () => {
    const result = (await resultOf(await sources.retail(), 'exact')).split('\n');
    const column = result[0]?.split(',').indexOf('"rest_of_squares"') ?? -1;
    const cells = result[1]?.split(',') ?? [];
    cells[column] = '"1"';
    const script = join(root, 'examples/sql/figures.py');
    const input = [result[0], cells.join(',')].join('\n');
    const { status, stdout, stderr } = spawnSync(interopPython(), [script, 'mean,0.1,0.5,0.9'], {
      input,
      encoding: 'utf8',
    });
    expect([status, stdout, stderr]).toEqual([
      1,
      '',
      'n_unreadable or a rest is above 0, so the sums are wrong: see docs/sql.md\n',
    ]);
  });
});
