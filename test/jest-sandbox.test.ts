import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import * as library from 'backtest-export';
import * as testing from 'backtest-export/testing';
import { describe, expect, it } from 'vitest';
import { failureOf } from './support/failure.ts';

const dist = join(import.meta.dirname, '..', 'dist');

const require = createRequire(import.meta.url);
const required = Object.assign((name: string): unknown => require(`backtest-export${name}`), {
  resolve: (name: string): string => require.resolve(`backtest-export${name}`),
});

/** A CommonJS file in a context with classes and globals of its own, where `require` cannot load ES modules: as in Jest. */
function load(path: string, globals: object = {}): unknown {
  const file = join(dist, path);
  const context = createContext({ ...globals });
  const wrap = runInContext(
    `(function (module, require, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`,
    context,
  );
  const module: { exports: unknown } = { exports: {} };
  const builtins = (name: string): unknown => {
    if (!name.startsWith('node:')) throw new Error(`Must use import to load ES Module: ${name}`);
    return createRequire(file)(name);
  };
  wrap(module, builtins, file, dirname(file));
  return module.exports;
}

const elsewhere = (script: string): Date => runInContext(script, createContext({})) as Date;

describe('what package.json has for require', () => {
  it.each([
    ['index', ''],
    ['testing/index', '/testing'],
    ['job/index', '/job'],
    ['sql/index', '/sql'],
    ['distribute/index', '/distribute'],
    ['storage/s3/index', '/s3'],
  ])('%s.cjs is the ES module itself, which Node loads', (path, name) => {
    expect(load(`${path}.cjs`)).toBe(required(name));
    expect(required.resolve(name)).toBe(join(dist, `${path}.js`));
  });

  it('testing/jest.cjs extends the expect of the sandbox', async () => {
    const extended: object[] = [];
    load('testing/jest.cjs', { expect: { extend: (given: object) => extended.push(given) } });
    expect(extended).toEqual([{ ...(required('/testing') as typeof testing).matchers }]);
    expect((await failureOf(async () => load('testing/jest.cjs')))[0]).toBe('OPTION_INVALID');
  });
});

describe('a Date of another realm, as a test of Jest makes it', () => {
  const date = elsewhere("new Date('2021-12-14T13:20:10Z')");

  it('chooses and describes an export', async () => {
    expect(date instanceof Date).toBe(false);
    const storage = library.createMemoryStorage();
    await testing.generateExport(storage, { items: 1, horizon: 1 });
    expect((await library.openExport(storage, { exportedAt: date })).exportedAt).toEqual(new Date(date.getTime()));
    await testing.expectExport(storage).toBeBacktestExport({ exportedAt: date });
    const invalid = elsewhere('new Date(NaN)');
    expect(await failureOf(() => library.openExport(storage, { exportedAt: invalid }))).toEqual([
      'OPTION_INVALID',
      'openExport.exportedAt: expected text or a Date, found an object of class Date',
    ]);
  });

  it('is written as a time', async () => {
    const storage = library.createMemoryStorage();
    const options = { jobName: 'bike', exportedAt: date, format: 'CSV' } as const;
    const window = { backtestwindow_start_time: date, backtestwindow_end_time: date };
    const row = (timestamp: Date) => [{ item_id: 'a', timestamp, target_value: 5, ...window, mean: 4 }];
    const writer = await library.createExportWriter(storage, options);
    await writer.forecastedValues.write(row(date));
    const { files } = await writer.finish();
    expect(new TextDecoder().decode(storage.get(files[0]?.path ?? ''))).toContain('a,2021-12-14T13:20:10Z,');
    const other = await library.createExportWriter(library.createMemoryStorage(), options);
    expect(await failureOf(() => other.forecastedValues.write(row(elsewhere('new Date(NaN)'))))).toEqual([
      'ROW_INVALID',
      expect.stringContaining('found an invalid Date'),
    ]);
  });
});
