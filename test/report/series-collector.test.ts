import { describe, expect, it } from 'vitest';
import type { Metrics } from '#src/metrics/base/summary.js';
import type { ReportedItem } from '#src/report/base/report.js';
import { CollectedSeries, type ReadAgain } from '#src/report/content/collected-series.js';
import { SeriesCollector, type CollectedState } from '#src/report/content/series-collector.js';
import type { DrawnItem, SeriesKey, SeriesPlan } from '#src/report/content/series-plan.js';
import { mostRows, SeriesRows } from '#src/report/content/series-rows.js';
import { slowSeries } from '../reference/slow-series.ts';
import { columnOf, forecastSchema, schemaBatch, seededRandom, shuffled, type Row } from '../support/column-batch.ts';

const hour = 3_600_000;
const types = ['mean', '0.1', '0.9'];
const columns = new Map(types.map((type) => [type, columnOf(type)]));

function planOf(more: Partial<SeriesPlan> = {}, dimensions: readonly string[] = []): SeriesPlan {
  return { schema: forecastSchema(types, dimensions), point: 'mean', rankBy: 'WAPE', chosen: [], ...more };
}

/** The rows of one window of a series. */
function windowRows(item: string, window: number, steps: number, random: () => number, more: Row = {}): Row[] {
  const start = (window * 1000 + 1) * hour;
  const end = start + (steps - 1) * hour;
  return Array.from({ length: steps }, (_, step): Row => {
    const actual = random() < 0.05 ? null : Math.floor(random() * 20);
    const mean = random() < 0.03 ? Infinity : Math.floor(random() * 20);
    return {
      item_id: item,
      timestamp: start + step * hour,
      target_value: actual,
      backtestwindow_start_time: start,
      backtestwindow_end_time: end,
      mean,
      p10: random() < 0.05 ? null : -0,
      p90: random() * 30,
      ...more,
    };
  });
}

function collect(plan: SeriesPlan, part: number, rows: readonly Row[], nextSize: () => number): CollectedState {
  const collector = new SeriesCollector(plan, part);
  for (let from = 0; from < rows.length;) {
    const to = Math.min(rows.length, from + nextSize());
    const batch = schemaBatch(plan.schema, rows.slice(from, to));
    collector.add(batch);
    spoil(batch);
    from = to;
  }
  return structuredClone(collector.takeState());
}

/** A batch is borrowed: its memory is used again. */
function spoil(batch: ReturnType<typeof schemaBatch>): void {
  for (const column of batch.columns.values()) {
    if (column.kind === 'text') {
      column.codes.fill(0);
      column.dictionary.bytes.fill(120);
    } else column.values.fill(7);
  }
}

interface Picked {
  readonly parts: readonly Row[][];
  readonly drawn: readonly DrawnItem[];
  readonly plan?: SeriesPlan;
  readonly random?: () => number;
  readonly rowsInBatch?: number;
}

/** What is picked from parts that are collected in random batches and merged in random order; and which parts were read again. */
async function pick({ parts, drawn, plan = planOf(), random = seededRandom(1), rowsInBatch = 7 }: Picked) {
  const nextSize = (): number => 1 + Math.floor(random() * rowsInBatch);
  const states = parts.map((rows, part) => collect(plan, part, rows, nextSize));
  const total = new CollectedSeries(plan);
  for (const state of shuffled(states, random)) total.merge(state);
  const again: number[] = [];
  const read: ReadAgain = (wanted, only) => {
    again.push(...wanted);
    return Promise.resolve(wanted.map((part) => collect({ ...plan, only }, part, parts[part] ?? [], nextSize)));
  };
  return { series: await total.pick(drawn, read), again };
}

function drawnOf(parts: readonly Row[][], keys: readonly SeriesKey[], names: readonly string[] = []) {
  const most = mostRows(keys.length, types.length);
  return keys.map((key) => {
    const own = parts.flat().filter((row) => isOf(row, key, names));
    const slow = slowSeries(own, columns, most);
    const dimensions = Object.fromEntries(names.map((name, at) => [name, key.dimensions[at] ?? '']));
    const item: ReportedItem = {
      item: key.item,
      dimensions,
      windowCount: slow.windowCount,
      count: 1,
      metrics: {} as Metrics,
      errorShare: null,
      actualShare: null,
    };
    const drawn: DrawnItem = { item, reasons: ['chosen'], rows: slow.rows };
    const shown = slow.windows.reduce((sum, { timestamps }) => sum + timestamps.length, 0);
    const expected = {
      item: key.item,
      dimensions,
      reasons: ['chosen'],
      metrics: {},
      windows: slow.windows,
      windowsLeftOut: slow.windowCount - slow.windows.length,
      rowsLeftOut: slow.rows - shown,
      history: [],
    };
    return { drawn, expected };
  });
}

function isOf(row: Row, { item, dimensions }: SeriesKey, names: readonly string[]): boolean {
  return row['item_id'] === item && names.every((name, at) => row[name] === dimensions[at]);
}

/** Rows as the columns of a batch are. */
function numbersOf(rows: readonly Row[]): Float64Array[] {
  const { columns: found } = schemaBatch(forecastSchema(types), rows);
  const names = [
    'backtestwindow_start_time',
    'backtestwindow_end_time',
    'timestamp',
    'target_value',
    ...columns.values(),
  ];
  return names.map((name) => {
    const column = found.get(name);
    return column === undefined || column.kind === 'text' ? new Float64Array() : column.values;
  });
}

const keyOf = (item: string, ...dimensions: string[]): SeriesKey => ({ item, dimensions });

describe('series that are drawn', () => {
  const layouts: Record<string, (rows: Row[], random: () => number) => Row[]> = {
    'item by item': (rows) => rows,
    'window by window': (rows) =>
      rows.toSorted((a, b) => Number(a['backtestwindow_start_time']) - Number(b['backtestwindow_start_time'])),
    'in no order': (rows, random) => shuffled(rows, random),
  };
  for (const [layout, arrange] of Object.entries(layouts)) {
    for (const seed of [1, 2, 3, 4]) {
      it(`are those of the slow reference, whatever the parts, batches and order: rows ${layout}, seed ${seed}`, async () => {
        const random = seededRandom(seed);
        const names = seed % 2 === 0 ? ['region'] : [];
        const rows: Row[] = [];
        const keys: SeriesKey[] = [];
        for (let index = 0; index < 60; index++) {
          const region = index % 3 === 0 ? 'n' : 's';
          const item = ['', 'x'.repeat(10_000), 'a\0b', '\u{1f600}', '__proto__'][index] ?? `item ${index >> 1}`;
          keys.push(names.length === 0 ? keyOf(item) : keyOf(item, region));
          for (let window = 0; window < 3; window++) {
            const own = windowRows(item, window, 1 + Math.floor(random() * 8), random, { region });
            if (random() < 0.3) own.push({ ...own[0], target_value: random() < 0.5 ? null : 3 });
            if (random() < 0.2) own.push({ ...own[0], timestamp: null });
            if (random() < 0.2) own.push({ ...own[0], backtestwindow_end_time: null });
            rows.push(...own);
          }
        }
        const arranged = arrange(rows, random);
        const parts: Row[][] = [];
        for (let from = 0; from < arranged.length;) {
          const to = from + 1 + Math.floor(random() * 300);
          parts.push(arranged.slice(from, to));
          from = to;
        }
        const distinct = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
        const asked = shuffled(distinct, random).slice(0, 9);
        const chosen = asked.slice(0, 3).map(({ item }) => item);
        const cases = drawnOf(parts, asked, names);
        const { series } = await pick({
          parts,
          drawn: cases.map(({ drawn }) => drawn),
          plan: planOf({ chosen, rankBy: ['WAPE', 'averageWQL', 'coverage[0.9]'][seed % 3] ?? null }, names),
          random,
          rowsInBatch: 1 + Math.floor(random() * 60),
        });
        expect(series).toEqual(cases.map(({ expected }) => expected));
      });
    }
  }
});

/** Items whose error is their number; they have the same actuals. */
function ranked(items: number, steps: number): Row[] {
  return Array.from({ length: items }, (_, index) =>
    windowRows(`i${index}`, 0, steps, () => 0.5).map((row) => ({ ...row, target_value: 10, mean: 10 + index })),
  ).flat();
}

describe('which parts are read again', () => {
  it('are none where items stand together: the costliest, worst, best, sampled and chosen ones are kept, and cut ones', async () => {
    const extreme = (item: string, target: number, mean: number): Row[] =>
      windowRows(item, 0, 3, () => 0.5).map((row) => ({ ...row, target_value: target, mean }));
    const far = [...extreme('w0', 0.1, 9), ...extreme('w1', 0.1, 9), ...extreme('c0', 1000, 41_000)];
    const inOrder = ranked(800, 3);
    const all = Array.from({ length: 800 }, (_, index) => inOrder.slice(3 * ((index * 37) % 800)).slice(0, 3)).flat();
    const rows = [...all.slice(0, 900), ...far, ...all.slice(900)];
    const parts: Row[][] = [];
    for (let from = 0; from < rows.length; from += 401) parts.push(rows.slice(from, from + 401));
    const cut = parts.slice(1).map(([row]) => String(row?.['item_id']));
    const asked = [...new Set(['i799', 'i798', 'c0', 'w0', 'w1', 'i0', 'i150', ...cut])].map((item) => keyOf(item));
    const cases = drawnOf(parts, asked);
    const plan = planOf({ chosen: ['i150'] });
    const { series, again } = await pick({ parts, drawn: cases.map(({ drawn }) => drawn), plan, rowsInBatch: 90 });
    expect(again).toEqual([]);
    expect(series).toEqual(cases.map(({ expected }) => expected));
  });

  it('are none where the first series of a part goes on over several batches', async () => {
    // neither among the best nor, with all its rows, among the costliest
    const long = [windowRows('long', 0, 10, () => 0.5), windowRows('long', 1, 200, () => 0.5)];
    const [begins = [], goesOn = []] = long.map((rows) =>
      rows.map((row) => ({ ...row, target_value: 10, mean: 17.5 })),
    );
    const others = ranked(1600, 1);
    const parts = [
      [...others.filter((_, index) => index % 2 === 0), ...begins],
      [...goesOn, ...others.filter((_, index) => index % 2 === 1)],
    ];
    const [found] = drawnOf(parts, [keyOf('long')]);
    const { series, again } = await pick({ parts, drawn: [found!.drawn], rowsInBatch: 50 });
    expect([series, again]).toEqual([[found?.expected], []]);
  });

  it('are those that hold a series that was not kept, and few others', async () => {
    const parts = Array.from({ length: 40 }, (_, part) =>
      ranked(100, 3).map((row) => ({ ...row, item_id: `p${part} ${String(row['item_id'])}` })),
    );
    const cases = drawnOf(
      parts,
      [7, 9].flatMap((part) => Array.from({ length: 8 }, (_, index) => keyOf(`p${part} i${40 + index}`))),
    );
    const { series, again } = await pick({ parts, drawn: cases.map(({ drawn }) => drawn), rowsInBatch: 300 });
    expect(series).toEqual(cases.map(({ expected }) => expected));
    expect(again).toEqual(expect.arrayContaining([7, 9]));
    expect(again.length).toBeLessThan(25);
  });

  it('are not asked for a series that no part has', async () => {
    const parts = [ranked(3, 2)];
    const { series, again } = await pick({ parts, drawn: drawnOf([], [keyOf('elsewhere')]).map(({ drawn }) => drawn) });
    expect([series[0]?.windows, again]).toEqual([[], []]);
  });
});

describe('bounds of what is collected', () => {
  it('keeps the latest windows of a series with very many rows, and says how many are left out', async () => {
    const most = mostRows(1, types.length);
    const steps = Math.floor(most / 3) + 1;
    const random = seededRandom(4);
    const rows = Array.from({ length: 9 }, (_, window) => windowRows('long', window, steps, random)).flat();
    for (const parts of [
      [rows],
      [shuffled(rows, random).slice(0, 9000), []],
      [rows.slice(0, 20_000), rows.slice(20_000)],
    ]) {
      const [found] = drawnOf(parts, [keyOf('long')]);
      const drawn = [found!.drawn];
      const { series } = await pick({ parts, drawn, rowsInBatch: 8000 });
      expect(series).toEqual([found?.expected]);
      expect(series[0]?.windowsLeftOut).toBeGreaterThan(0);
    }
  });

  it('keeps the first timestamps of a window that is too long', async () => {
    const most = mostRows(1, types.length);
    const rows = [...windowRows('long', 0, 5, () => 0.5), ...windowRows('long', 1, 2 * most + 10, () => 0.5)];
    for (const parts of [[rows], [rows.toReversed()]]) {
      const [found] = drawnOf(parts, [keyOf('long')]);
      const { series } = await pick({ parts, drawn: [found!.drawn], rowsInBatch: 9000 });
      expect(series).toEqual([found?.expected]);
      expect(series[0]?.windows.map(({ timestamps }) => timestamps.length)).toEqual([most]);
      expect(series[0]).toMatchObject({ windowsLeftOut: 1, rowsLeftOut: most + 15 });
    }
  });

  it.each([1, 2, 3, 4, 5])('are kept alike however rows are added and merged, seed %i', (seed) => {
    const random = seededRandom(seed);
    const width = 4 + types.length;
    for (let round = 0; round < 60; round++) {
      const rows = Array.from({ length: 6 }, (_, window) =>
        windowRows('one', window, 1 + Math.floor(random() * 9), random),
      ).flat();
      const all = shuffled([...rows, ...shuffled(rows, random).slice(0, 8)], random);
      const most = 1 + Math.floor(random() * 20);
      const merged = new SeriesRows(width, most);
      for (let from = 0; from < all.length;) {
        const to = Math.min(all.length, from + 1 + Math.floor(random() * 40));
        const piece = new SeriesRows(width, most, Math.floor(random() * 9));
        piece.add(numbersOf(all.slice(from, to)), 0, to - from);
        if (random() < 0.5) piece.sorted(most);
        merged.merge(piece.export());
        from = to;
      }
      const asked = Math.max(1, most - Math.floor(random() * 4));
      const times = slowSeries(all, columns, asked).windows.flatMap(({ start, timestamps, actuals }) =>
        timestamps.map((time, index) => [Date.parse(start), Date.parse(time), actuals[index] ?? NaN]),
      );
      const cells = merged.sorted(asked);
      expect(times).toEqual(
        Array.from({ length: cells.length / width }, (_, row) => [0, 2, 3].map((at) => cells[row * width + at])),
      );
      expect(merged.rows).toBe(all.length);
    }
  });

  it('shares them among the series that are drawn', () => {
    expect([mostRows(1, 4), mostRows(6, 4), mostRows(50, 4), mostRows(50, 99)]).toEqual([3750, 2500, 300, 15]);
  });

  it('drops what cannot be drawn once 32 MB are held, and reads it again where it is', async () => {
    const plan = planOf({ chosen: ['s7'] });
    const width = 4 + types.length;
    const rows = 3000;
    const cells = Float64Array.from({ length: rows * width }, (_, index) =>
      index % width < 2 ? [hour, rows * hour][index % width]! : Math.floor(index / width) * hour,
    );
    const total = new CollectedSeries(plan);
    for (let part = 0; part < 260; part++) {
      const sums = Float64Array.of(part, 1000, rows, 0);
      const own = { rows, cells: cells.slice(), floor: [-Infinity, -Infinity] as const };
      const hash = (part * 2654435761) >>> 0;
      const piece = { item: `s${part}`, dimensions: [], place: part === 7 ? 0 : -1, hash, sums, rows: own };
      total.merge({ part, pieces: [piece], filter: Uint32Array.of(part % 2 === 0 ? 0 : 0xffff_ffff) });
    }
    const asked = ['s7', 's259', 's258', 's0', 's129'].map((item) => drawnOf([], [keyOf(item)])[0]!.drawn);
    let missing: readonly string[] = [];
    let parts: readonly number[] = [];
    const series = await total.pick(
      asked.map((drawn) => ({ ...drawn, rows })),
      (again, only) => {
        missing = only.map(({ item }) => item);
        parts = again;
        return Promise.resolve([]);
      },
    );
    expect(missing).toEqual(['s129']);
    expect(parts).toEqual(Array.from({ length: 130 }, (_, index) => 2 * index + 1));
    expect(series.map(({ windows }) => windows.map(({ timestamps }) => timestamps.length))).toEqual([
      [3000],
      [3000],
      [3000],
      [3000],
      [],
    ]);
  });

  it('holds few pieces of a part with very many series', () => {
    const rows = ranked(20_000, 1);
    const state = collect(planOf(), 0, rows, () => 8192);
    expect(state.pieces.length).toBeLessThan(60);
    expect(state.filter.byteLength).toBeLessThanOrEqual(32_768);
  });

  it('holds a series that several batches have as one piece', () => {
    const names = ['region'];
    const rows = ['n', 's'].flatMap((region) => windowRows('one', 0, 40, () => 0.5, { region }));
    const { pieces } = collect(planOf({}, names), 0, rows, () => 7);
    expect(pieces.map(({ dimensions, rows: { rows: count } }) => [...dimensions, count])).toEqual([
      ['n', 40],
      ['s', 40],
    ]);
  });
});
