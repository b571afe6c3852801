import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createLocalStorage,
  createMemoryStorage,
  openExport,
  repairExport,
  verifyExport,
  type MemoryStorage,
  type RepairKind,
  type RepairOptions,
} from '#src/index.js';
import { generateExport, type DefectName, type GenerateOptions } from '#src/testing/index.js';
import {
  accuracyHeader,
  forecastHeader as header,
  forecastPart,
  forecastRow as row,
  onePart,
} from '../convert/one-part.ts';
import { collect } from '../support/collect.ts';
import { failureOf } from '../support/failure.ts';
import { folderFiles, storageFiles } from '../support/folder-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const shape: GenerateOptions = { items: 12, windows: 2, horizon: 6, frequency: 'D', parts: 3 };

async function generated(defects: readonly DefectName[], more: GenerateOptions = {}): Promise<MemoryStorage> {
  const storage = createMemoryStorage();
  await generateExport(storage, { ...shape, ...more, defects });
  return storage;
}

async function rowsOf(storage: MemoryStorage): Promise<unknown[]> {
  const { forecastedValues, accuracyMetrics } = await openExport(storage);
  return [await collect(forecastedValues.rows()), await collect(accuracyMetrics.rows())];
}

const chosen: RepairOptions = Object.freeze({
  open: { jobName: 'synthetic_backtest', exportedAt: '2021-12-14T13-20-10Z' },
});

describe('a repair', () => {
  it.each<[DefectName, RepairKind[]]>([
    ['repeated-header', ['repeated-headers']],
    ['duplicate-row', ['duplicate-rows']],
    ['duplicate-part', ['duplicate-rows', 'empty-parts']],
    ['zero-byte-part', ['empty-parts']],
    ['foreign-file', ['other-files']],
    ['hidden-files', []],
    ['no-success-marker', ['success-missing']],
    ['byte-order-mark', []],
    ['crlf', []],
    ['mixed-line-ends', []],
    ['blank-lines', []],
    ['no-final-newline', []],
    ['shuffled-columns', []],
    ['quoted-everything', []],
    ['second-export-in-folder', []],
    ['part-number-repeated', ['empty-parts']],
  ])('of %s gives the rows of a clean export, in which nothing is found', async (defect, kinds) => {
    const [source, clean, target] = [await generated([defect]), await generated([]), createMemoryStorage()];
    const before = await storageFiles(source);
    const result = await repairExport(source, target, chosen);
    const found = [...new Set(result.repairs.map(({ kind }) => kind))];
    expect(found.filter((kind) => kind !== 'renumbered-parts' || kinds.includes(kind)).sort()).toEqual(
      [...kinds].sort(),
    );
    const { findings } = await verifyExport(target);
    expect(findings).toEqual([]);
    const rows = await rowsOf(target);
    // defects of a part's shape may have taken rows with them
    if (!['zero-byte-part', 'part-number-repeated'].includes(defect)) expect(rows).toEqual(await rowsOf(clean));
    expect((await openExport(target)).complete).toBe(true);
    expect(await storageFiles(source)).toEqual(before);
    const again = await repairExport(target, createMemoryStorage());
    expect(again.repairs).toEqual([]);
  });

  it('of a clean export gives the same files', async () => {
    const [source, target] = [
      await generated([], { textStyle: 'hostile', missingActuals: 0.3 }),
      createMemoryStorage(),
    ];
    const result = await repairExport(source, target);
    expect(await storageFiles(target)).toEqual(await storageFiles(source));
    expect(result).toMatchObject({
      jobName: 'synthetic_backtest',
      exportedAt: '2021-12-14T13:20:10.000Z',
      format: 'CSV',
      repairs: [],
      tables: { 'forecasted-values': { partsRead: 3, partsWritten: 3 } },
    });
  });

  it('numbers parts anew, whatever their names were', async () => {
    const source = onePart(header + row);
    const documented = 'forecasted-values/bike_2021-12-14T13-20-10Z_7.csv';
    source.put(documented, header + row.replace('bike_12', 'bike_13'));
    const target = createMemoryStorage();
    const { repairs } = await repairExport(source, target);
    const name = 'Forecasts_bike_2021-12-14T13-20-10Z_part1.csv';
    expect(repairs.map(({ kind, places }) => [kind, places])).toEqual([
      ['renumbered-parts', [{ file: documented, detail: `now ${name}` }]],
    ]);
    expect((await storageFiles(target)).has(`forecasted-values/${name}`)).toBe(true);
  });

  it('of a Parquet export gives Parquet', async () => {
    const [source, target] = [createMemoryStorage(), createMemoryStorage()];
    await generateExport(source, { ...shape, format: 'PARQUET' });
    const result = await repairExport(source, target);
    expect([result.format, result.repairs]).toEqual(['PARQUET', []]);
    expect(await rowsOf(target)).toEqual(await rowsOf(source));
  });

  it('names each dropped row with the one that it repeats', async () => {
    const more = forecastPart.replace('part0', 'part1');
    const other = row.replace('bike_12', 'bike_13');
    const source = onePart(header + row + other + row);
    source.put(more, header + other + row.replace('bike_12', 'bike_14'));
    const target = createMemoryStorage();
    const { repairs, tables } = await repairExport(source, target);
    expect(repairs).toEqual([
      {
        kind: 'duplicate-rows',
        table: 'forecasted-values',
        count: 2,
        reason: 'rows that repeat an earlier row were dropped',
        places: [
          { file: forecastPart, record: 3, of: { file: forecastPart, record: 1 } },
          { file: more, record: 1, of: { file: forecastPart, record: 2 } },
        ],
      },
    ]);
    expect(tables['forecasted-values']).toEqual({ rowsRead: 5, rowsWritten: 3, partsRead: 2, partsWritten: 2 });
    const files = await storageFiles(target);
    expect([files.get(forecastPart), files.get(more)]).toEqual([
      header + row + other,
      header + row.replace('bike_12', 'bike_14'),
    ]);
  });

  it('refuses rows of one key with other numbers, and keeps the first on request', async () => {
    const source = onePart(header + row + row.replace('4.5', '4.75'));
    const target = createMemoryStorage();
    expect(await failureOf(() => repairExport(source, target))).toEqual([
      'ROW_CONFLICT',
      `${forecastPart}, record 2: the row has the key of ${forecastPart}, record 1 but different numbers`,
    ]);
    expect((await storageFiles(target)).size).toBe(0);
    const { repairs } = await repairExport(source, target, { conflicts: 'keep-first' });
    expect(repairs.map(({ kind, count }) => [kind, count])).toEqual([['conflicting-rows', 1]]);
    expect((await storageFiles(target)).get(forecastPart)).toBe(header + row);
  });

  it.each([
    ['another item', row.replace('bike_12', 'bike_1')],
    ['another time', row.replace('2021-12-01T00:00:00Z', '2021-12-02T00:00:00Z')],
    ['another window', row.replace('2021-12-14', '2021-12-15')],
  ])('keeps a row of %s', async (_, other) => {
    const target = createMemoryStorage();
    const { repairs } = await repairExport(onePart(header + row + other), target);
    expect([repairs, (await storageFiles(target)).get(forecastPart)]).toEqual([[], header + row + other]);
  });

  it('takes -0 and 0, and an empty cell and NaN, for other numbers', async () => {
    for (const [one, two] of [
      ['0.0', '-0.0'],
      ['', 'NaN'],
    ] as const) {
      const source = onePart(header + row.replace('4.5', one) + row.replace('4.5', two));
      expect((await failureOf(() => repairExport(source, createMemoryStorage())))[0]).toBe('ROW_CONFLICT');
    }
    const alike = onePart(header + row.replace('4.5', '4.50') + row.replace('4.5', '45e-1'));
    expect((await repairExport(alike, createMemoryStorage())).repairs[0]?.kind).toBe('duplicate-rows');
  });

  it('stops at a part that cannot be read, or leaves it out whole', async () => {
    const source = await generated(['cut-mid-row']);
    const target = createMemoryStorage();
    expect((await failureOf(() => repairExport(source, target)))[0]).toBe('CSV_FIELD_COUNT');
    expect((await storageFiles(target)).size).toBe(0);
    const { repairs, tables } = await repairExport(source, target, { onBadPart: 'skip' });
    expect(repairs.map(({ kind, count }) => [kind, count])).toContainEqual(['bad-parts', 1]);
    expect(repairs.find(({ kind }) => kind === 'bad-parts')?.places[0]?.detail).toMatch(/^CSV_FIELD_COUNT: /);
    expect(tables['forecasted-values']).toMatchObject({ partsRead: 3, partsWritten: 2 });
  });

  it('knows thousands of rows again', async () => {
    const source = await generated([], { items: 600 });
    const path = (await openExport(source)).forecastedValues.parts[0]?.path ?? '';
    const text = new TextDecoder().decode(source.get(path));
    source.put(path.replace('part0', 'part7'), text);
    const { repairs, tables } = await repairExport(source, createMemoryStorage(), { maxPlaces: 2 });
    const rows = text.split('\n').length - 2;
    expect(repairs.map(({ kind, count, places }) => [kind, count, places.length])).toEqual([
      ['duplicate-rows', rows, 2],
      ['empty-parts', 1, 1],
    ]);
    expect(tables['forecasted-values']).toMatchObject({ rowsRead: 7200 + rows, rowsWritten: 7200 });
  });

  it('never writes into its source, and refuses what holds no row or no names', async () => {
    const folder = join(temporaryFolder(), 'export');
    await generateExport(createLocalStorage(folder), shape);
    const before = folderFiles(folder);
    for (const place of [folder, join(folder, 'clean')]) {
      expect((await failureOf(() => repairExport(folder, place)))[0]).toBe('DESTINATION_INVALID');
    }
    expect(folderFiles(folder)).toEqual(before);
    expect((await failureOf(() => repairExport(onePart(header, accuracyHeader), createMemoryStorage())))[0]).toBe(
      'TABLE_NOT_FOUND',
    );
    const part = join(folder, 'forecasted-values', 'one.csv');
    createLocalStorage(folder);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(part, header + row);
    expect((await failureOf(() => repairExport(part, createMemoryStorage())))[0]).toBe('OPTION_INVALID');
    const target = createMemoryStorage();
    await repairExport(onePart(header + row), target);
    expect((await failureOf(() => repairExport(onePart(header + row), target)))[0]).toBe('EXPORT_EXISTS');
    await repairExport(onePart(header + row), target, { overwrite: true });
  });

  it('stops with the signal and leaves nothing', async () => {
    const target = createMemoryStorage();
    const stop = new AbortController();
    const repair = repairExport(await generated([], { items: 3000 }), target, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(repair).rejects.toThrow('enough');
    expect((await storageFiles(target)).size).toBe(0);
  });
});
