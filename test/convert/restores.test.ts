import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  compareExports,
  convertExport,
  createMemoryStorage,
  listExports,
  openExport,
  type BacktestExport,
  type ConvertOptions,
} from '#src/index.js';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';
import { folderFiles, storageFiles } from '../support/folder-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { useWorkers } from '../support/use-workers.ts';

useWorkers();

const fixtures = join(import.meta.dirname, '../../fixtures');

async function fixtureExports(): Promise<[string, BacktestExport][]> {
  const found: [string, BacktestExport][] = [];
  for (const name of readdirSync(fixtures)) {
    const folder = join(fixtures, name, 'export');
    for (const { jobName = '', exportedAtText = '' } of (await listExports(folder)).exports) {
      found.push([`${name} ${exportedAtText}`, await openExport(folder, { jobName, exportedAt: exportedAtText })]);
    }
  }
  return found;
}

/** The files of one export only. */
function filesOf(source: BacktestExport, files: ReadonlyMap<string, string>): Map<string, string> {
  const own = new Set([...source.forecastedValues.parts, ...source.accuracyMetrics.parts].map(({ path }) => path));
  return new Map([...files].filter(([path]) => own.has(path) || path.startsWith('_')));
}

const paquet: ConvertOptions = Object.freeze({ format: 'PARQUET' });
const csv: ConvertOptions = Object.freeze({ format: 'CSV' });

describe('CSV becomes Parquet and CSV again, byte for byte', async () => {
  it.each(await fixtureExports())('of the fixture %s', async (_, source) => {
    const [middle, back] = [join(temporaryFolder(), 'parquet'), join(temporaryFolder(), 'csv')];
    const there = await convertExport(source, middle, { ...paquet, threads: 2 });
    const again = await convertExport(middle, back, { ...csv, threads: 2 });
    expect(folderFiles(back)).toEqual(filesOf(source, folderFiles(source.location)));
    expect([there.losses, again.losses]).toEqual([[], []]);
    for (const table of ['forecasted-values', 'accuracy-metrics-values'] as const) {
      const rows = (await source[table === 'forecasted-values' ? 'forecastedValues' : 'accuracyMetrics'].table())
        .numRows;
      expect(there.tables[table]?.rows).toBe(rows);
      expect(again.tables[table]?.checksum).toBe(there.tables[table]?.checksum);
    }
    const comparison = await compareExports(source, await openExport(middle));
    expect([comparison.on, comparison.equal]).toEqual(['rows', true]);
  });

  const shapes: readonly GenerateOptions[] = [
    { items: 3, windows: 3, parts: 2, naming: 'documented', metrics: '2020' },
    {
      items: 5,
      textStyle: 'hostile',
      dimensions: [{ name: 'a,"b"\n', cardinality: 2 }],
      parts: 5,
      missingActuals: 0.4,
    },
    { items: 4, textStyle: 'unicode', frequency: 'M', horizon: 2, forecastTypes: ['mean'], wapeMeaning: 'ratio' },
    {
      items: 4,
      textStyle: 'digits',
      frequency: '15min',
      timeSpelling: { timestamp: 'none', windowStart: 'Z', windowEnd: '+00:00' },
    },
    { items: 9, textStyle: 'formulas', zeroActuals: 0.5, negativeForecasts: 0.5, crossedQuantiles: 0.5 },
  ];
  it.each(shapes)('of a generated export %j', async (options) => {
    const [source, middle, back] = [createMemoryStorage(), createMemoryStorage(), createMemoryStorage()];
    await generateExport(source, options);
    for (const compression of ['snappy', 'gzip', 'zstd', 'uncompressed'] as const) {
      const result = await convertExport(source, middle, { ...paquet, compression, overwrite: true });
      expect(result.losses).toEqual([]);
      await convertExport(middle, back, { ...csv, overwrite: true });
      expect(await storageFiles(back)).toEqual(await storageFiles(source));
    }
  });

  it('with the same files for any number of threads', async () => {
    const source = temporaryFolder();
    const { createLocalStorage } = await import('#src/index.js');
    await generateExport(createLocalStorage(source), { items: 40, parts: 7, missingActuals: 0.2 });
    const results = [];
    for (const threads of [1, 2, 5]) {
      const folder = join(temporaryFolder(), 'parquet');
      const progress: number[] = [];
      const onProgress = ({ bytes, totalBytes }: { bytes: number; totalBytes: number }): void => {
        progress.push(bytes / totalBytes);
      };
      const { destination, ...result } = await convertExport(source, folder, { ...paquet, threads, onProgress });
      expect(destination).toBe(folder);
      expect(progress.at(-1)).toBe(1);
      expect(progress.every((share, index) => share >= (progress[index - 1] ?? 0))).toBe(true);
      results.push([result, folderFiles(folder)]);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('after its rows were dealt out into other parts, with the same checksums', async () => {
    const [source, split, whole] = [createMemoryStorage(), createMemoryStorage(), createMemoryStorage()];
    await generateExport(source, { items: 10, parts: 3 });
    const first = await convertExport(source, split, { ...paquet, rowsPerPart: 100 });
    expect(first.tables['forecasted-values']).toMatchObject({ rows: 240, partsRead: 3, partsWritten: 3 });
    expect((await storageFiles(split)).size).toBe(2 + 3 + 1);
    const second = await convertExport(split, whole, { ...csv, rowsPerPart: 1_000_000 });
    expect(second.tables['forecasted-values']?.checksum).toBe(first.tables['forecasted-values']?.checksum);
    expect(second.tables['accuracy-metrics-values']?.checksum).toBe(first.tables['accuracy-metrics-values']?.checksum);
    const files = [...(await storageFiles(source))].filter(([path]) => path.startsWith('forecasted-values/'));
    const [header] = (files[0]?.[1] ?? '').split('\n');
    const rows = files.map(([, text]) => text.slice((header ?? '').length + 1)).join('');
    const joined = [...(await storageFiles(whole))].filter(([path]) => path.startsWith('forecasted-values/'));
    expect(joined.map(([, text]) => text)).toEqual([`${header}\n${rows}`]);
  });
});
