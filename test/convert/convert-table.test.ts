import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  compareExports,
  convertExport,
  convertTable,
  createLocalStorage,
  createMemoryStorage,
  openExport,
  summarize,
} from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { collect } from '../support/collect.ts';
import { failureOf } from '../support/failure.ts';
import { folderFiles, storageFiles } from '../support/folder-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { forecastHeader as header, forecastPart, forecastRow as row, onePart } from './one-part.ts';

/** A folder with an export of several parts. */
async function sourceFolder(): Promise<string> {
  const folder = join(temporaryFolder(), 'source');
  await generateExport(createLocalStorage(folder), { items: 6, parts: 3, horizon: 4 });
  return folder;
}

describe('convertTable', () => {
  it.each(['out.parquet', 'out.csv'])('writes all parts of a table in order into %s', async (name) => {
    const source = await sourceFolder();
    const folder = temporaryFolder();
    const result = await convertTable(source, join(folder, name));
    expect(fs.readdirSync(folder)).toEqual([name]);
    const all = await collect((await openExport(source)).forecastedValues.rows());
    expect(await collect((await openExport(join(folder, name))).forecastedValues.rows())).toEqual(all);
    expect(result).toMatchObject({ table: 'forecasted-values', partsRead: 3, partsWritten: 1, rows: all.length });
    expect(result.bytesWritten).toBe(fs.statSync(join(folder, name)).size);
    expect((await summarize(join(folder, name))).groups).toEqual(
      (await summarize({ forecastedValues: join(folder, name) })).groups,
    );
  });

  it('writes CSV whose rows are those of the parts, byte for byte, under one header', async () => {
    const source = await sourceFolder();
    const file = join(temporaryFolder(), 'accuracy.csv');
    await convertTable(source, file, { table: 'accuracy-metrics-values' });
    const parts = [...folderFiles(source)].filter(([name]) => name.startsWith('accuracy-metrics-values/Acc'));
    const texts = parts.map(([, text]) => text);
    const [first = ''] = texts[0]?.split('\n') ?? [];
    const rows = texts.map((text) => text.slice(first.length + 1));
    expect(fs.readFileSync(file, 'utf8')).toBe(`${first}\n${rows.join('')}`);
  });

  it('keeps a file that is there, unless it may be replaced, and leaves nothing after a failure', async () => {
    const source = await sourceFolder();
    const folder = temporaryFolder();
    fs.writeFileSync(join(folder, 'out.csv'), 'mine');
    expect((await failureOf(() => convertTable(source, join(folder, 'out.csv'))))[0]).toBe('FILE_EXISTS');
    expect([...folderFiles(folder)].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
      ['out.csv', 'mine'],
    ]);
    await convertTable(source, join(folder, 'out.csv'), { overwrite: true });
    expect(fs.readFileSync(join(folder, 'out.csv'), 'utf8')).toMatch(/^item_id,/);
    expect(fs.readdirSync(folder)).toEqual(['out.csv']);
  });

  it('writes neither into its source nor over one of its files', async () => {
    const source = await sourceFolder();
    const before = folderFiles(source);
    expect((await failureOf(() => convertTable(source, join(source, 'out.csv'))))[0]).toBe('DESTINATION_INVALID');
    const [part = ''] = [...before.keys()].filter((name) => name.endsWith('part0.csv'));
    const itself = join(source, part);
    expect((await failureOf(() => convertTable(itself, itself, { overwrite: true })))[0]).toBe('DESTINATION_INVALID');
    expect(folderFiles(source)).toEqual(before);
  });

  it('writes a header where no part has rows, and needs a table that is there', async () => {
    const storage = createMemoryStorage();
    const second = forecastPart.replace('part0', 'part1');
    const source = createMemoryStorage([
      [forecastPart, header],
      [second, header],
    ]);
    await convertTable(source, 'empty.csv', { storage });
    expect([...(await storageFiles(storage))]).toEqual([['empty.csv', header]]);
    const missing = (): Promise<unknown> =>
      convertTable(source, 'x.csv', { storage, table: 'accuracy-metrics-values' });
    expect((await failureOf(missing))[0]).toBe('TABLE_NOT_FOUND');
    expect((await failureOf(() => convertTable(source, 'table.txt', { storage })))[0]).toBe('OPTION_INVALID');
  });

  it('refuses text that it cannot restore, as a conversion of the whole export does', async () => {
    const source = onePart(header + row.replace('5.0', '5.00'));
    const storage = createMemoryStorage();
    const convert = (lossy: boolean): Promise<unknown> => convertTable(source, 'x.parquet', { storage, lossy });
    expect((await failureOf(() => convert(false)))[0]).toBe('VALUE_NOT_RESTORABLE');
    expect([...(await storageFiles(storage)).keys()]).toEqual([]);
    expect(await convert(true)).toMatchObject({ losses: [{ kind: 'spelling' }] });
  });
});

describe('what another table would lose', () => {
  it('does not keep a table from being written', async () => {
    const storage = createMemoryStorage();
    const emptyAccuracy = onePart(header + row, '');
    expect(await convertTable(emptyAccuracy, 'x.parquet', { storage })).toMatchObject({ rows: 1, losses: [] });
    const both = (): Promise<unknown> => convertExport(emptyAccuracy, createMemoryStorage(), { format: 'PARQUET' });
    expect((await failureOf(both))[0]).toBe('VALUE_NOT_RESTORABLE');
  });
});

describe('columnNames', () => {
  it.each(['CSV', 'PARQUET'] as const)(
    'athena in %s is read alike, and forecast gives the bytes back',
    async (format) => {
      const source = await sourceFolder();
      const lake = createMemoryStorage();
      const there = await convertExport(source, lake, { format, columnNames: 'athena' });
      const names = (await openExport(lake)).accuracyMetrics.schema.columns.map(({ name }) => name);
      expect(names.every((name) => /^[a-z][a-z0-9_]*$/.test(name))).toBe(true);
      expect(names).toContain('average_wql');
      expect(await compareExports(source, lake)).toMatchObject({ equal: true });
      const { groups } = await summarize(source);
      expect((await summarize(lake)).groups).toEqual(groups);
      const back = createMemoryStorage();
      const again = await convertExport(lake, back, { format: 'CSV', columnNames: 'forecast' });
      expect(await storageFiles(back)).toEqual(folderFiles(source));
      expect(there.losses).toEqual([]);
      expect(again.losses).toEqual([]);
      expect(again.tables).toMatchObject({
        'forecasted-values': { checksum: there.tables['forecasted-values']?.checksum },
      });
    },
  );

  it('refuses a name that cannot be restored, or lists it', async () => {
    const source = onePart(header.replace('item_id', 'item_id,Store ID') + row.replace('bike_12', 'bike_12,7'));
    const convert = (lossy: boolean): Promise<unknown> =>
      convertExport(source, createMemoryStorage(), { format: 'PARQUET', columnNames: 'athena', lossy });
    expect(await failureOf(() => convert(false))).toEqual([
      'VALUE_NOT_RESTORABLE',
      expect.stringContaining("the column 'Store ID' would be named 'store_id', from which its name cannot be told"),
    ]);
    expect(await convert(true)).toMatchObject({ losses: [{ kind: 'names', column: 'Store ID', count: 1 }] });
  });
});
