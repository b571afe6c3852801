import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openExport } from 'backtest-export';
import { forecastSchema } from '../support/column-batch.js';
import { accuracyRows, accuracyTable, encodeDamaged, encodeParquet, forecastRows } from '../support/encode-parquet.js';
import { countPages, exportValues, kindsOf, readHere, rowValues, type Columns } from './canonical.js';
import { provesClaims } from './proves-claims.js';
import { runPython } from './python.js';
import { suiteFolder } from './temporary.js';

interface Answers {
  readonly cases: Record<string, { readonly paths: readonly string[]; readonly columns: Columns }>;
  readonly answers: readonly { readonly error?: string; readonly types?: object; readonly columns?: Columns }[];
}

const folder = suiteFolder();
const forecasts = forecastSchema(['mean', '0.9'], ['region']);
const tables = [
  ['forecasts', forecasts, forecastRows(3000, 61)],
  ['forecasts of distinct items', forecasts, forecastRows(3000, 62, true)],
  ['metrics', accuracyTable, accuracyRows(1500, 63)],
  ['no rows', forecasts, []],
] as const;
const ours = tables.flatMap(([name, schema, rows]) =>
  (['snappy', 'gzip', 'zstd', 'uncompressed'] as const).map((compression) => {
    const path = join(folder, `${name}, ${compression}.parquet`);
    return { name: `${name}, ${compression}`, schema, rows, compression, path };
  }),
);
for (const { schema, rows, compression, path } of ours) {
  writeFileSync(path, await encodeParquet(schema, rows, { compression, rowGroupRows: 1200 }));
}
const damaged = join(folder, 'damaged.parquet');
writeFileSync(damaged, await encodeDamaged(forecasts, forecastRows(3000, 64)));
const tasks = [...ours, { path: damaged, schema: forecasts }].map(({ path, schema }) => ({
  path,
  kinds: kindsOf(schema),
}));
const { cases, answers } = runPython('spark.py', [folder], tasks) as Answers;

describe('what is written here is read by Spark, every value', () => {
  const types = { text: 'string', time: 'timestamp', number: 'double' };

  it.each(ours.map(({ name }, index) => [name, index] as const))('%s', (_, index) => {
    const { schema, rows } = ours[index]!;
    const { error, columns, types: found } = answers[index]!;
    expect(error).toBe(undefined);
    expect(found).toEqual(Object.fromEntries(schema.columns.map(({ name, kind }) => [name, types[kind]])));
    expect(columns).toEqual(rowValues(schema, rows));
  });

  it('which checks the CRC-32 of our pages', () => {
    expect(answers.at(-1)!.error).toContain('could not verify page integrity, CRC checksum verification failed');
  });

  const names = ours.map(({ name, rows }) => `${name}${rows.length > 1200 ? ', several row groups' : ''}`);
  provesClaims('Spark', 'reads', [...names, 'damaged']);
});

describe('what Spark writes is read here, every value', () => {
  it.each(Object.keys(cases))('%s', async (name) => {
    const { paths, columns } = cases[name]!;
    expect(paths.length).toBe(1);
    expect(await readHere(readFileSync(paths[0]!))).toEqual(name === 'no rows' ? {} : columns);
  });

  it('page CRC-32', async () => {
    const notes = await countPages(readFileSync(cases['snappy, writer version v1']!.paths[0]!));
    expect(notes).toEqual({ pages: 13, unchecked: 0 });
  });

  provesClaims('Spark', 'writes', [...Object.keys(cases), 'page CRC-32']);

  it('and so is an export of parts whose names end as Spark ends them', async () => {
    const place = join(folder, 'export', 'forecasted-values');
    mkdirSync(place, { recursive: true });
    const parts = ['snappy, writer version v1', 'times as INT96, without dictionaries'].map((name) => cases[name]!);
    for (const [number, { paths }] of parts.entries()) {
      const ending = /\.snappy\.parquet$/.exec(basename(paths[0]!))![0];
      copyFileSync(paths[0]!, join(place, `Forecasts_bike_2021-12-14T13-20-10Z_part${number}.c000${ending}`));
    }
    const found = await openExport(join(folder, 'export'));
    const names = Object.keys(parts[0]!.columns);
    const both = names.map((name) => [name, parts.flatMap(({ columns }) => columns[name]!)]);
    expect(await exportValues(found.forecastedValues)).toEqual(Object.fromEntries(both));
  });
});
