import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertExport, createMemoryStorage, createReport, openExport, verifyExport } from '#src/index.js';
import { PlannedTable, planOf } from '#src/export/tables/planned-table.js';
import type {
  ExportSource,
  ExportTable,
  MemoryStorage,
  OpenOptions,
  Report,
  ReportOptions,
  ReportPhase,
  Storage,
} from '#src/index.js';
import { choosePoint } from '#src/metrics/forecast/point-forecast.js';
import { summarizeListed } from '#src/metrics/summarize.js';
import { compareOthers } from '#src/report/content/compare-others.js';
import { ItemRanking } from '#src/report/content/item-ranking.js';
import { rankingMetric } from '#src/report/content/ranking-metric.js';
import { defectNames, generateExport, type GenerateOptions } from '#src/testing/index.js';
import { openTolerantly } from '#src/verify/base/open-tolerantly.js';
import { failureOf } from '../support/failure.js';
import { seededRandom } from '../support/random.ts';
import { writeRandomExport } from '../support/random-export.ts';
import { swept, sweepsAll } from '../support/sweep.ts';
import { temporaryFolder } from '../support/temporary-folder.js';
import { useWorkers } from '../support/use-workers.ts';

useWorkers();

const fixtures = join(import.meta.dirname, '../../fixtures');

/** What `summarize` and `verifyExport` say, and the items, each by a pass of its own: a report must have the same bits. */
async function inSeveralPasses(source: string | Storage, open: OpenOptions = {}): Promise<Partial<Report>> {
  const { bx: opened, unreadable } = await openTolerantly(source, open);
  const [forecasts, accuracyMetrics] = [readableOf(opened.forecastedValues), readableOf(opened.accuracyMetrics)];
  const bx = { ...opened, forecastedValues: forecasts, accuracyMetrics };
  const { forecastTypes, dimensions, forecastedValues } = bx;
  const { exists } = forecastedValues;
  const by = (names: string[]) => ({ onBadPart: 'skip', threads: 1, ...(exists && { by: names }) }) as const;
  const { groups, frequency, ...figures } = await summarizeListed(bx, by(['step']));
  const metric = rankingMetric(undefined, forecastTypes, exists ? choosePoint(forecastTypes, undefined) : null);
  const ranking = new ItemRanking({ forecastTypes, dimensions, metric, items: 10, chosen: [] });
  if (exists) {
    // without timestamps more parts can be read
    const readable = { ...bx, forecastedValues: readableOf(forecastedValues, figures.skippedParts) };
    const items = await summarizeListed(readable, { ...by(['item', ...dimensions]), accuracyMetrics: false });
    await items.groups.forEach((group, actuals) => ranking.add(group, actuals), {});
  }
  return {
    export: figures.export,
    forecastTypes: figures.forecastTypes,
    point: figures.point,
    frequency: frequency?.text ?? null,
    summary: figures.summary,
    windows: figures.windows,
    steps: [...groups].flatMap(({ key, count, counts, pooled }) =>
      typeof key['step'] === 'number' ? [{ step: key['step'], count, counts, metrics: pooled }] : [],
    ),
    items: ranking.finish().items,
    // a summary does not know of parts that were not opened
    ...(unreadable.length === 0 && { accuracyMetrics: figures.accuracyMetrics }),
    skippedParts: [
      ...figures.skippedParts,
      ...unreadable.map(({ part, error: { code, problem } }) => {
        return { table: 'forecasted-values', file: part.path, code, message: problem } as const;
      }),
    ].sort((a, b) => (a.file < b.file ? -1 : 1)),
    notes: figures.notes,
    readingNotes: figures.readingNotes,
    verification: await verifyExport(source, { open, threads: 1 }),
  };
}

/** A table without some parts, whose header lines inside the data are skipped. */
function readableOf(table: ExportTable, without: readonly { readonly file: string }[] = []): ExportTable {
  const plan = planOf(table);
  const parts = plan.parts.filter(({ path }) => !without.some(({ file }) => file === path));
  return new PlannedTable({ ...plan, parts, decode: { ...plan.decode, repeatedHeaders: 'skip' } });
}

/** The members of a report that {@link inSeveralPasses} has. */
async function inOnePass(source: ExportSource, options: ReportOptions = {}): Promise<Partial<Report>> {
  const report = await createReport(source, options);
  const { version, madeBy, series, costs, comparison, repeatedParts, ...rest } = report;
  expect([version, madeBy.name, costs, comparison]).toEqual([1, 'backtest-export', null, null]);
  expect([series, repeatedParts].every(Array.isArray)).toBe(true);
  return rest;
}

const partPath = (part: number): string => `forecasted-values/Forecasts_job_2021-12-14T13-20-10Z_part${part}.csv`;

/** An export of these lines of forecasts in parts of equal length. */
function storageOf(lines: readonly string[], parts: number): MemoryStorage {
  const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p90';
  const storage = createMemoryStorage();
  for (let part = 0; part < parts; part++) {
    const some = lines.slice((part * lines.length) / parts, ((part + 1) * lines.length) / parts);
    storage.put(partPath(part), [header, ...some, ''].join('\n'));
  }
  return storage;
}

/** Rows of items of one window, as Forecast orders them. */
function linesOf(items: number, steps: number, actualOf: (random: () => number) => number = (random) => random()) {
  const random = seededRandom(items);
  return Array.from({ length: items * steps }, (_, index) => {
    const hour = String(index % steps).padStart(2, '0');
    const [day, item] = ['2020-01-01', `item${Math.floor(index / steps)}`];
    const end = `${day}T${String(steps - 1).padStart(2, '0')}:00:00`;
    return `${item},${day}T${hour}:00:00Z,${actualOf(random)},${day}T00:00:00,${end},${random()},${random()}`;
  });
}

describe('a report', () => {
  it.each(readdirSync(fixtures))('of %s has the bits of summarize and verifyExport', async (name) => {
    const open = name === 'two-exports' ? ({ exportedAt: 'latest' } as const) : {};
    const csv = join(fixtures, name, 'export');
    const parquet = temporaryFolder();
    await convertExport(csv, parquet, { format: 'PARQUET', lossy: true, open });
    for (const folder of [csv, parquet]) {
      const expected = await inSeveralPasses(folder, folder === csv ? open : {});
      expect(expected.verification?.rows['forecasted-values']).toBeGreaterThan(0);
      for (const threads of [1, 2]) {
        expect(await inOnePass(folder, { threads, ...(folder === csv && { open }) })).toEqual(expected);
      }
    }
  });

  it.each(swept([1, 2, 3, 4, 5, 6], 2))('of a random export has them, too (seed %i)', async (seed) => {
    const { csv, parquet, open } = await writeRandomExport(temporaryFolder(), seed);
    const { repeatedHeaders: _, ...choice } = open;
    for (const folder of [csv, parquet]) {
      const expected = await inSeveralPasses(folder, choice);
      expect(await inOnePass(folder, { threads: 1 + (seed % 2), open: choice })).toEqual(expected);
    }
  });

  it('has them whatever is wrong with the export', async () => {
    const without = { accuracyMetrics: null };
    const outcomes = { whole: 0, skipped: 0, refused: 0 };
    for (const name of swept(defectNames, 4)) {
      const storage = createMemoryStorage();
      await generateExport(storage, { items: 7, windows: 2, horizon: 3, parts: 3, seed: 3, defects: [name] });
      const open = name === 'second-export-in-folder' ? ({ exportedAt: 'latest' } as const) : {};
      const report = await inOnePass(storage, { open }).catch((error: Error) => error);
      const expected = await inSeveralPasses(storage, open).catch((error: Error) => error);
      if (report instanceof Error || expected instanceof Error) expect([name, report]).toEqual([name, expected]);
      else
        expect({ name, ...report, ...(expected.accuracyMetrics === undefined && without) }).toEqual({
          name,
          ...without,
          ...expected,
        });
      if (expected instanceof Error) outcomes.refused++;
      else if ((expected.skippedParts?.length ?? 0) > 0) outcomes.skipped++;
      else outcomes.whole++;
    }
    expect(outcomes).toEqual(
      sweepsAll ? { whole: 65, skipped: 28, refused: 0 } : expect.objectContaining({ refused: 0 }),
    );
    expect(outcomes.skipped).toBeGreaterThan(3);
  });

  it('is the same where rows of an item are far apart', async () => {
    const lines = linesOf(60, 12);
    const random = seededRandom(8);
    const shuffled = lines.map((line) => ({ line, at: random() })).sort((a, b) => a.at - b.at);
    const { verification: _, ...expected } = await inOnePass(storageOf(lines, 3));
    const { verification: _other, ...found } = await inOnePass(
      storageOf(
        shuffled.map(({ line }) => line),
        3,
      ),
    );
    const bytes = found.export?.bytes;
    expect(found).toEqual({ ...expected, export: { ...expected.export, bytes } });
    expect(found.items?.count).toBe(60);
  });

  it('lists parts that cannot be read, and those that repeat another one', async () => {
    const storage = storageOf(linesOf(6, 4), 3);
    const path = (part: number): string => `forecasted-values/Forecasts_job_2021-12-14T13-20-10Z_part${part}.csv`;
    storage.put(path(3), await textOf(storage, path(1)));
    storage.put(path(4), (await textOf(storage, path(2))).replace(/0\.\d+\n$/, '1,5\n'));
    const report = await createReport(storage);
    expect(report.repeatedParts).toEqual([path(3)]);
    expect(report.skippedParts).toEqual([
      expect.objectContaining({ table: 'forecasted-values', file: path(4), code: 'CSV_FIELD_COUNT' }),
    ]);
    // 24 rows, and 8 again
    expect([report.export.rows, report.verification.rows['forecasted-values']]).toEqual([32, 32]);
    expect(report.verification.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['PART_REPEATED', 'PART_UNREADABLE']),
    );
  });

  it('lists no items by a metric that none of them has', async () => {
    const storage = storageOf(
      linesOf(4, 4, () => 0),
      1,
    );
    const { items } = await createReport(storage, { chosen: ['item1', 'nobody'] });
    expect(items).toMatchObject({ count: 4, rankedBy: null, worst: [], best: [], median: null, notFound: ['nobody'] });
    expect(items.costliest).toHaveLength(4);
    expect(items.chosen.map(({ item }) => item)).toEqual(['item1']);
    expect((await createReport(storage, { rankBy: 'RMSE' })).items.rankedBy).toBe('RMSE');
    expect(await failureOf(() => createReport(storage, { rankBy: 'wQL[0.5]' }))).toEqual([
      'OPTION_INVALID',
      expect.stringContaining('createReport.rankBy: expected one of wQL[0.9]'),
    ]);
  });

  it('draws the series of the items that it lists, whole, also where their rows are in several parts', async () => {
    const lines = linesOf(40, 12);
    const random = seededRandom(9);
    const shuffled = lines.map((line) => ({ line, at: random() })).sort((a, b) => a.at - b.at);
    const chosen = ['item7', 'item39'];
    const expected = await createReport(storageOf(lines, 1), { chosen });
    const found = await createReport(
      storageOf(
        shuffled.map(({ line }) => line),
        4,
      ),
      { chosen },
    );
    expect(found.series).toEqual(expected.series);
    const { costliest, worst, median, best } = expected.items;
    const drawn = [...costliest.slice(0, 2), ...worst.slice(0, 2), ...(median ? [median] : []), ...best.slice(0, 1)];
    expect(expected.series.map(({ item }) => item)).toEqual([
      ...new Set([...drawn.map(({ item }) => item), ...chosen]),
    ]);
    const series = expected.series.find(({ item }) => item === 'item7');
    const actuals = lines.filter((line) => line.startsWith('item7,')).map((line) => Number(line.split(',')[2]));
    expect(series?.windows.map((window) => window.actuals)).toEqual([actuals]);
    expect(series?.reasons).toContain('chosen');
  });

  it('has the history of what it draws', async () => {
    const history = join(temporaryFolder(), 'history.csv');
    writeFileSync(history, 'item_id,timestamp,demand\nitem1,2019-12-31T23:00:00Z,7\nitem1,2020-01-01T00:00:00Z,8\n');
    const options = { history: [history], chosen: ['item1'] };
    const { series } = await createReport(storageOf(linesOf(4, 4), 1), options);
    expect(series.find(({ item }) => item === 'item1')?.history).toEqual([
      { timestamp: '2019-12-31T23:00:00.000Z', value: 7 },
    ]);
  });

  it('compares with others, which are opened before anything is read', async () => {
    const [one, other] = [createMemoryStorage([], 'memory:/one'), createMemoryStorage([], 'memory:/other')];
    await generateExport(one, { items: 12, windows: 2, horizon: 3, seed: 1 });
    await generateExport(other, { items: 12, windows: 2, horizon: 3, seed: 1, negativeForecasts: 0.5 });
    const { comparison } = await createReport(one, { compare: [other] });
    expect(comparison).toEqual(await compareOthers(await openExport(one), [await openExport(other)]));
    expect([comparison?.common, comparison?.exports.length]).toEqual([72, 2]);
    const lines = linesOf(4, 4);
    const [header] = new TextDecoder().decode(storageOf([], 1).get(partPath(0))).split('\n');
    const joined = storageOf([...lines.slice(0, 8), header ?? '', ...lines.slice(8)], 1);
    const whole = storageOf(lines, 1);
    const withHeaders = [
      await createReport(joined, { compare: [whole] }),
      await createReport(whole, { compare: [joined] }),
    ];
    expect(withHeaders.map((report) => report.comparison?.common)).toEqual([16, 16]);
    let told = 0;
    const onProgress = (): unknown => told++;
    const failing = createReport(one, { compare: [createMemoryStorage()], onProgress });
    expect((await failureOf(() => failing))[0]).toBe('EXPORT_NOT_FOUND');
    expect(told).toBe(0);
  });

  it('refuses what cannot be compared before anything is read', async () => {
    const storage = createMemoryStorage([], 'memory:/one');
    await generateExport(storage, { items: 2, horizon: 3 });
    const make = async (options: GenerateOptions): Promise<Storage> => {
      const other = createMemoryStorage([], 'memory:/other');
      await generateExport(other, { items: 2, horizon: 3, ...options });
      return other;
    };
    const without = await make({});
    await without.remove('forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv');
    const refused: unknown[] = [];
    for (const other of [
      await make({ dimensions: [{ name: 'store', cardinality: 2 }] }),
      await make({ forecastTypes: ['0.2'] }),
      without,
    ]) {
      let told = 0;
      const failing = createReport(storage, { compare: [other], onProgress: () => told++ });
      refused.push((await failureOf(() => failing))[0], told);
    }
    expect(refused).toEqual(['SCHEMA_CONFLICT', 0, 'SCHEMA_CONFLICT', 0, 'TABLE_NOT_FOUND', 0]);
  });

  it('refuses a history that is not there, or lacks a column, before anything is read', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 2, horizon: 3 });
    const file = join(temporaryFolder(), 'history.csv');
    const refused: unknown[] = [];
    for (const text of [undefined, 'a,b\n1,2\n', 'item_id,timestamp,target_value\n']) {
      if (text !== undefined) writeFileSync(file, text);
      let told = 0;
      const made = createReport(storage, { history: [file], onProgress: () => told++ });
      if (refused.length < 4) refused.push((await failureOf(() => made))[0], told);
      else expect((await made).series.every(({ history }) => history.length === 0)).toBe(true);
    }
    expect(refused).toEqual(['FILE_NOT_FOUND', 0, 'SCHEMA_INVALID', 0]);
  });

  it('compares what could be read of an export with bad parts', async () => {
    const [bad, other] = [createMemoryStorage([], 'memory:/bad'), createMemoryStorage([], 'memory:/other')];
    await generateExport(bad, { items: 12, windows: 2, horizon: 3, parts: 2, defects: ['cut-mid-row'] });
    await generateExport(other, { items: 12, windows: 2, horizon: 3 });
    const { comparison, skippedParts, export: found } = await createReport(bad, { compare: [other] });
    expect(skippedParts.map(({ code }) => code)).toEqual(['CSV_FIELD_COUNT']);
    expect(comparison?.exports.map(({ rows, leftOut }) => [rows, leftOut])).toEqual([
      [found.rows, 0],
      [72, 72 - found.rows],
    ]);
    expect(comparison?.common).toBe(found.rows);
  });

  it('has costs where they are given', async () => {
    const storage = storageOf(linesOf(4, 4), 1);
    const costs = { under: 3, over: 1 };
    const expected = await summarizeListed(storage, { costs });
    expect((await createReport(storage, { costs })).costs).toEqual(expected.costs);
  });

  it('tells each phase, and ends with the signal in each', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 7, windows: 2, horizon: 3, parts: 3 });
    const phases = new Set<ReportPhase>();
    const last: Record<string, unknown> = {};
    await createReport(storage, {
      onProgress: ({ phase, ...progress }) => {
        phases.add(phase);
        last[phase] = progress;
      },
    });
    expect([...phases]).toEqual(['reading', 'figures', 'order', 'series', 'judging', 'placing']);
    expect(last['reading']).toMatchObject({ parts: 6, totalParts: 6, groups: 0, totalGroups: 0 });
    expect(last['figures']).toMatchObject({ parts: 6 });
    for (const phase of phases) {
      const controller = new AbortController();
      const reason = new Error(`stopped at ${phase}`);
      const report = createReport(storage, {
        signal: controller.signal,
        onProgress: (progress) => {
          if (progress.phase === phase) controller.abort(reason);
        },
      });
      await expect(report).rejects.toBe(reason);
    }
  });
});

async function textOf(storage: MemoryStorage, path: string): Promise<string> {
  const file = await storage.open(path);
  const bytes = new Uint8Array(file.size);
  await file.read(bytes, 0);
  await file.close();
  return new TextDecoder().decode(bytes);
}
