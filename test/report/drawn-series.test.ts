import { expect, it } from 'vitest';
import { createMemoryStorage, createReport, openExport, type MemoryStorage } from '#src/index.js';
import { mostRows } from '#src/report/content/series-rows.js';
import { generateExport } from '#src/testing/index.js';
import { slowSeries } from '../reference/slow-series.ts';
import { columnOf, seededRandom, shuffled, type Row } from '../support/column-batch.ts';
import { useWorkers } from '../support/use-workers.ts';

useWorkers();

const random = seededRandom(14);
const partPath = (part: number): string => `forecasted-values/Forecasts_job_2021-12-14T13-20-10Z_part${part}.csv`;

/** An export of the same lines in other parts. */
function storageOf(header: string, lines: readonly string[], parts: number): MemoryStorage {
  const storage = createMemoryStorage();
  for (let part = 0; part < parts; part++) {
    const some = lines.slice((part * lines.length) / parts, ((part + 1) * lines.length) / parts);
    storage.put(partPath(part), [header, ...some, ''].join('\n'));
  }
  return storage;
}

it('a report draws the same series of the same rows, those of the slow reference, whatever their order and parts', async () => {
  const generated = createMemoryStorage();
  const shape = { items: 30, windows: 3, horizon: 5, parts: 1, missingActuals: 0.1, seed: 5 } as const;
  await generateExport(generated, { ...shape, dimensions: [{ name: 'region', cardinality: 2 }], jobName: 'job' });
  const text = new TextDecoder().decode(generated.get((await partsOf(generated))[0] ?? ''));
  const [header = '', ...rest] = text.trimEnd().split('\n');
  const lines = [...rest, ...rest.slice(0, 2)];
  const inOrder = storageOf(header, lines, 2);
  const columns = (await openExport(inOrder)).forecastedValues;
  const [first] = await toArray(columns.rows());
  const chosen = ['absent', String(first?.['item_id'])];
  const expected = await createReport(inOrder, { chosen, items: 3, threads: 1 });
  expect(expected.items.notFound).toEqual(['absent']);
  const others = [storageOf(header, shuffled(lines, random), 3), storageOf(header, lines, 7)];
  others.push(
    storageOf(
      header,
      lines.toSorted((a, b) => (windowOf(a) < windowOf(b) ? -1 : 1)),
      4,
    ),
  );
  for (const storage of others) {
    const { series, items } = await createReport(storage, { chosen, items: 3, threads: 2 });
    expect([series, items]).toEqual([expected.series, expected.items]);
  }

  const types = new Map(expected.forecastTypes.map((type) => [type, columnOf(type)]));
  const rows = (await toArray(columns.rows())).map((row): Row => ({ ...(row as Row), ...timesOf(row) }));
  for (const { item, dimensions, windows, windowsLeftOut, rowsLeftOut } of expected.series) {
    const own = rows.filter((row) => row['item_id'] === item && row['region'] === dimensions['region']);
    const slow = slowSeries(own, types, mostRows(expected.series.length, types.size));
    expect(windows).toEqual(slow.windows);
    const shown = windows.reduce((sum, { timestamps }) => sum + timestamps.length, 0);
    expect([windowsLeftOut, rowsLeftOut]).toEqual([0, slow.rows - shown]);
  }
  expect(expected.series.find(({ item }) => item === chosen[1])?.rowsLeftOut).toBe(2);
  expect(expected.series[0]?.windows.length).toBeGreaterThan(1);
  expect(new Set(expected.series.flatMap(({ reasons }) => reasons))).toEqual(
    new Set(['costliest', 'worst', 'median', 'best', 'chosen']),
  );
});

async function partsOf(storage: MemoryStorage): Promise<string[]> {
  return (await openExport(storage)).forecastedValues.parts.map(({ path }) => path);
}

async function toArray<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}

function windowOf(line: string): string {
  return line.split(',').slice(-6).join(',');
}

/** Times of a row in milliseconds. */
function timesOf(row: Readonly<Record<string, unknown>>): Row {
  const names = ['timestamp', 'backtestwindow_start_time', 'backtestwindow_end_time'];
  return Object.fromEntries(names.map((name) => [name, Number(new Date(row[name] as string))]));
}
