import { describe, expect, it } from 'vitest';
import {
  convertExport,
  createLocalStorage,
  createMemoryStorage,
  openExport,
  repairExport,
  summarize,
  verifyExport,
  type BacktestExport,
  type ExportTable,
  type Storage,
} from '#src/index.js';
import { readPart, type PartSource } from '#src/export/parts/part-source.js';
import { partSources } from '#src/export/tables/planned-table.js';
import { runParts, type Progress } from '#src/export/parts/run-parts.js';
import { generateExport } from '#src/testing/index.js';
import type { Task } from '#src/parallel/task.js';
import { failureOf } from '../support/failure.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const csv = createMemoryStorage();
await generateExport(csv, { items: 6, windows: 1, parts: 4 });
const parquet = createMemoryStorage();
await convertExport(csv, parquet, { format: 'PARQUET' });

/** By part of forecasted-values: how often it was opened, and how often its header or footer was read. */
async function countReads(source: Storage, use: (source: Storage) => Promise<unknown>): Promise<[number, number][]> {
  const counts = new Map<string, [opens: number, heads: number]>();
  const counting: Storage = Object.create(source, { transfer: { value: undefined } });
  for (const name of ['list', 'create', 'publish', 'discard', 'sync'] as const) {
    Object.defineProperty(counting, name, { value: source[name].bind(source) });
  }
  const open: Storage['open'] = async (path) => {
    const file = await source.open(path);
    const count = counts.get(path) ?? [0, 0];
    counts.set(path, count);
    count[0]++;
    const head = path.endsWith('.parquet') ? file.size - 8 : 0;
    return {
      path,
      size: file.size,
      version: file.version,
      read(target, position) {
        if (position === head) count[1]++;
        return file.read(target, position);
      },
      assertUnchanged: () => file.assertUnchanged(),
      close: () => file.close(),
    };
  };
  await use(Object.defineProperty(counting, 'open', { value: open }));
  const forecasts = [...counts].filter(([path]) => path.startsWith('forecasted-values/'));
  return forecasts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
}

describe('the header or footer of a part', () => {
  it.for([
    ['CSV', csv],
    ['Parquet', parquet],
  ] as const)('is read once, whoever reads the part, in %s', async ([, source]) => {
    const once = [1, 1] as const;
    expect(await countReads(source, (from) => openExport(from))).toEqual([once]);
    // the first part also tells the frequency
    expect(await countReads(source, (from) => summarize(from))).toEqual([[3, 1], once, once, once]);
    // whether the first part alone has other columns is seen by the second and third
    expect(await countReads(source, (from) => verifyExport(from))).toEqual([[3, 1], [2, 1], [2, 1], once]);
    expect(await countReads(source, (from) => repairExport(from, createMemoryStorage()))).toEqual([
      [2, 1],
      once,
      once,
      once,
    ]);
  });

  it('of CSV is read once more where a conversion compares the text with what would be written', async () => {
    const convert = (from: Storage): Promise<unknown> =>
      convertExport(from, createMemoryStorage(), { format: 'PARQUET' });
    expect(await countReads(csv, convert)).toEqual([
      [3, 2],
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
  });
});

const bx = await openExport(csv);
const table = bx.forecastedValues;

describe('partSources', () => {
  it('gives each part with what reading it takes', async () => {
    const sources = partSources(table);
    expect(sources.map(({ part }) => part)).toEqual(table.parts);
    const [first] = sources;
    expect(first?.expected).toEqual({ schema: table.schema, file: table.parts[0]?.path });
    expect(first?.head?.schema).toEqual(table.schema);
    expect(sources[1]?.head).toBeUndefined();
    expect(structuredClone({ ...first, storage: null })).toEqual({ ...first, storage: null });
  });

  it('refuses a table that openExport did not make', async () => {
    const made = { ...table, rows: 1 } as unknown as ExportTable;
    const source: BacktestExport = { ...bx, forecastedValues: made };
    expect(await failureOf(() => summarize(source))).toEqual([
      'OPTION_INVALID',
      'expected a table of an export that openExport opened, found another',
    ]);
  });
});

describe('readPart', () => {
  it('reports the columns first, then bytes that add up to the part, and the notes last', async () => {
    const told: string[] = [];
    let bytes = 0;
    for (const source of partSources(table)) {
      const reading = readPart(source, {
        columns: ['item_id'],
        batchRows: 10,
        onSchema: ({ columns }) => told.push(`${columns.length} columns`),
        onBytes: (more) => (bytes += more),
        onNotes: ({ records }) => told.push(`${records} records`),
      });
      for await (const batch of reading) if (batch.firstRecord === 1) told.push([...batch.columns.keys()].join());
    }
    const rows = table.parts.map(({ size }) => size);
    expect(bytes).toBe(rows.reduce((sum, size) => sum + size, 0));
    expect(told.slice(0, 3)).toEqual([
      `${table.schema.columns.length} columns`,
      'item_id',
      expect.stringMatching(/^\d+ records$/),
    ]);
    expect(told).toHaveLength(3 * table.parts.length);
  });
});

describe('runParts', () => {
  it('starts no worker for a small export, whatever threads are allowed', async () => {
    const folder = temporaryFolder();
    await generateExport(createLocalStorage(folder), { items: 20, windows: 1, parts: 8 });
    let started = 0;
    const count = (): number => ++started;
    process.on('worker', count);
    const { forecastedValues } = await openExport(folder);
    expect((await summarize(folder, { threads: 8 })).export.parts).toBe(8);
    expect((await verifyExport(folder, { threads: 8 })).ok).toBe(true);
    process.off('worker', count);
    expect([forecastedValues.parts.length, started]).toEqual([8, 0]);
  });

  it('takes the largest first, totals the progress and passes each result with the index of its input', async () => {
    const order: number[] = [];
    const task: Task<{ readonly source: PartSource }, number> = {
      name: 'none',
      run: async ({ source: { part } }, { onBytes }) => {
        order.push(part.size);
        onBytes(part.size);
        return { output: part.number };
      },
    };
    const inputs = [2, 9, 4].map((size, number) => {
      const [source] = partSources(table) as [PartSource];
      return { source: { ...source, part: { ...source.part, size, number } } };
    });
    const results: [number, number][] = [];
    const seen: Progress[] = [];
    const last = await runParts(task, inputs, {
      onResult: (output, index) => results.push([output, index]),
      onProgress: (progress) => seen.push(progress),
    });
    expect(order).toEqual([9, 4, 2]);
    expect(results).toEqual([
      [1, 1],
      [2, 2],
      [0, 0],
    ]);
    expect(seen.map(({ bytes, parts }) => [bytes, parts])).toEqual([
      [9, 0],
      [9, 1],
      [13, 1],
      [13, 2],
      [15, 2],
      [15, 3],
    ]);
    expect(last).toEqual({ bytes: 15, totalBytes: 15, parts: 3, totalParts: 3 });
  });
});
