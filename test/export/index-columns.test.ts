import { describe, expect, it } from 'vitest';
import {
  compareExports,
  convertExport,
  createExportWriter,
  createMemoryStorage,
  openExport,
  repairExport,
  summarize,
  verifyExport,
  type MemoryStorage,
  type OpenOptions,
} from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { run } from '../cli/run.ts';
import { collect } from '../support/collect.js';
import { failureOf } from '../support/failure.js';
import { writeFolder } from '../support/folder-files.ts';
import { parquetPart } from '../support/parquet-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const drop: OpenOptions = { indexColumns: 'drop' };

async function clean(): Promise<MemoryStorage> {
  const storage = createMemoryStorage();
  await generateExport(storage, {
    items: 4,
    windows: 2,
    horizon: 3,
    parts: 2,
    dimensions: [{ name: 'store', cardinality: 2 }],
  });
  return storage;
}

const tables = ['forecasted-values', 'accuracy-metrics-values'];

/** A copy as a program saves it that adds a first column, here with a comma and a quote in it. */
async function reSaved(storage: MemoryStorage, name: string, value: (row: number) => string): Promise<MemoryStorage> {
  const copy = createMemoryStorage();
  for (const folder of ['', ...tables]) {
    for (const { path, kind } of await storage.list(folder)) {
      if (kind !== 'file') continue;
      const text = new TextDecoder().decode(storage.get(path));
      const lines = text.trimEnd().split('\n');
      const made = lines.map((line, index) => `${index === 0 ? name : value(index - 1)},${line}\n`);
      copy.put(path, path.endsWith('.csv') ? made.join('') : text);
    }
  }
  return copy;
}

describe('an export with a row index that a program added', () => {
  it.each(['', 'Unnamed: 0', '"index"', 'level_0'])('named %j is refused by every function', async (name) => {
    const odd = await reSaved(await clean(), name, String);
    const doors = [
      () => openExport(odd),
      () => openExport(odd, { dialect: { quote: '"' } }),
      () => summarize(odd),
      () => verifyExport(odd),
      () => repairExport(odd, createMemoryStorage()),
      () => convertExport(odd, createMemoryStorage(), { format: 'PARQUET' }),
    ];
    for (const door of doors) expect((await failureOf(door))[0]).toBe('SCHEMA_INDEX_COLUMN');
  });

  it('equals the clean export if it is dropped, whatever the index contains', async () => {
    const original = await clean();
    const odd = await reSaved(original, '', (row) => `"x"",${row}"`);
    const opened = await openExport(odd, drop);
    expect(opened.warnings.filter(({ code }) => code === 'COLUMN_LEFT_OUT')).toHaveLength(2);
    expect([opened.itemColumn, opened.dimensions]).toEqual(['item_id', ['store']]);
    expect((await compareExports(original, opened)).equal).toBe(true);
    const [figures, wanted] = [await summarize(odd, { open: drop }), await summarize(original)];
    expect(figures.summary).toEqual(wanted.summary);
    const rows = await collect((await openExport(odd, { ...drop, dialect: { quote: '"' } })).forecastedValues.rows());
    expect(rows).toEqual(await collect((await openExport(original)).forecastedValues.rows()));
    const report = await verifyExport(odd, { open: drop });
    expect(report.findings.map(({ code }) => code)).toEqual(['COLUMN_LEFT_OUT']);
  });

  it('is repaired and converted to the original', async () => {
    const original = await clean();
    const odd = await reSaved(original, 'Unnamed: 0', String);
    const converted = createMemoryStorage();
    const result = await convertExport(odd, converted, { format: 'CSV', open: drop });
    expect([result.losses, result.warnings.map(({ code }) => code)]).toEqual([
      [],
      ['COLUMN_LEFT_OUT', 'COLUMN_LEFT_OUT'],
    ]);
    const parquet = createMemoryStorage();
    await convertExport(odd, parquet, { format: 'PARQUET', open: { dropColumns: ['Unnamed: 0'] } });
    expect((await compareExports(original, parquet, { on: 'rows' })).equal).toBe(true);
    const repaired = createMemoryStorage();
    const { repairs } = await repairExport(odd, repaired, { open: drop });
    expect(repairs.map(({ kind, table }) => [kind, table])).toEqual(tables.map((table) => ['left-out-columns', table]));
    for (const folder of tables) {
      for (const { path } of await original.list(folder)) {
        expect(converted.get(path)).toEqual(original.get(path));
        expect(repaired.get(path)).toEqual(original.get(path));
      }
    }
  });

  it('still has its duplicates found', async () => {
    const original = await clean();
    const path = 'forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv';
    const [header = '', ...lines] = new TextDecoder().decode(original.get(path)).trimEnd().split('\n');
    original.put(path, `${[header, ...lines, ...lines].join('\n')}\n`);
    const odd = await reSaved(original, '', String);
    const { repairs } = await repairExport(odd, createMemoryStorage(), { open: drop });
    expect(repairs.find(({ kind }) => kind === 'duplicate-rows')?.count).toBe(lines.length);
    const report = await verifyExport(odd, { open: drop });
    expect(report.findings.find(({ code }) => code === 'DUPLICATE_EXACT')?.count).toBe(lines.length);
  });

  it('may keep it, and is warned about one with another name', async () => {
    const odd = await reSaved(await clean(), 'row', (row) => String(row + 1));
    const codes = (warnings: readonly { readonly code: string }[]): string[] => warnings.map(({ code }) => code);
    const opened = await openExport(odd);
    expect(opened.dimensions).toEqual(['row', 'store']);
    expect(codes(opened.warnings)).toEqual(['COLUMN_COUNTS_ROWS', 'COLUMN_COUNTS_ROWS']);
    expect(opened.warnings[0]?.message).toContain("'row', numbers the rows");
    expect(codes((await openExport(odd, { indexColumns: 'keep' })).warnings)).toEqual([]);
    const named = await openExport(odd, { dropColumns: ['row'] });
    expect([named.dimensions, codes(named.warnings)]).toEqual([['store'], ['COLUMN_LEFT_OUT', 'COLUMN_LEFT_OUT']]);
    expect((await failureOf(() => openExport(odd, { dropColumns: ['rows'] })))[0]).toBe('COLUMN_UNKNOWN');
    const kept = await openExport(await reSaved(await clean(), 'index', String), { indexColumns: 'keep' });
    expect(kept.dimensions).toEqual(['index', 'store']);
  });

  it('is refused or dropped in Parquet, whatever its type', async () => {
    for (const name of ['__index_level_0__', 'Unnamed: 0', '']) {
      const path = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.parquet';
      const storage = createMemoryStorage([[path, parquetPart({ [name]: { type: 'INT64', data: [7n] } })]]);
      expect((await failureOf(() => openExport(storage)))[0]).toBe('SCHEMA_INDEX_COLUMN');
      const [row] = await collect((await openExport(storage, drop)).forecastedValues.rows());
      expect(row).toMatchObject({ item_id: 'bike_12', target_value: 5, mean: 4.5 });
      expect(Object.keys(row ?? {})).not.toContain(name);
      const csv = createMemoryStorage();
      await convertExport(storage, csv, { format: 'CSV', open: drop });
      expect(new TextDecoder().decode(csv.get(path.replace('parquet', 'csv')))).toMatch(/^item_id,timestamp,/);
    }
  });

  it('cannot be written', async () => {
    const writer = await createExportWriter(createMemoryStorage(), {
      jobName: 'j',
      exportedAt: new Date(0),
      format: 'CSV',
    });
    const [row] = await collect((await openExport(await clean())).forecastedValues.rows());
    const [code] = await failureOf(() => writer.forecastedValues.write([{ 'Unnamed: 0': '0', ...row }]));
    expect(code).toBe('SCHEMA_INDEX_COLUMN');
    await writer.abort();
  });
});

describe('the command with such an export', () => {
  it('says how to continue, and what it left out', async () => {
    const folder = temporaryFolder();
    await writeFolder(folder, await reSaved(await clean(), '', String));
    for (const command of ['summarize', 'verify', 'head']) {
      const refused = await run([command, folder]);
      expect([refused.code, refused.stderr]).toEqual([
        2,
        expect.stringMatching(/^error SCHEMA_INDEX_COLUMN: .*\nhint: --index-columns drop leaves the row index out/s),
      ]);
      const read = await run([command, folder, '--index-columns', 'drop']);
      expect(read.code).toBe(0);
      expect(read.stdout + read.stderr).toMatch(/COLUMN_LEFT_OUT/);
    }
    expect((await run(['inspect', folder])).stdout).toContain('SCHEMA_INDEX_COLUMN');
    const same = await run(['compare', folder, folder, '--index-columns', 'drop']);
    expect([same.code, same.stderr]).toEqual([0, expect.stringContaining('COLUMN_LEFT_OUT')]);
    const repaired = await run(['repair', folder, `${folder}-clean`, '--index-columns', 'drop']);
    expect(repaired.stdout).toContain('left-out-columns in forecasted-values: 1');
    expect((await run(['summarize', `${folder}-clean`])).code).toBe(0);
  });
});

describe('a row index that is kept as a dimension', () => {
  it.each(['', 'Unnamed: 0', 'index', 'level_0'])(
    'and named %j is converted there and back, and repaired',
    async (name) => {
      const open: OpenOptions = { indexColumns: 'keep' };
      const odd = await reSaved(await clean(), name, String);
      const parquet = createMemoryStorage();
      await convertExport(odd, parquet, { format: 'PARQUET', open });
      const [back, repaired] = [createMemoryStorage(), createMemoryStorage()];
      await convertExport(parquet, back, { format: 'CSV', open });
      await repairExport(odd, repaired, { open });
      const opened = await openExport(odd, open);
      for (const copy of [parquet, back, repaired]) {
        expect(await compareExports(opened, await openExport(copy, open), { on: 'rows' })).toMatchObject({
          equal: true,
        });
      }
    },
  );
});
