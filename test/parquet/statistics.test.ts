import { describe, expect, it } from 'vitest';
import { boundsOfTexts } from '#src/parquet/format/bounds.js';
import { createParquetEncoder } from '#src/parquet/write/encode.js';
import type { ColumnKind } from '#src/schema/schema.js';
import { slowBoundBytes, slowBounds, slowCompare, slowSorted } from '../reference/slow-bounds.ts';
import { forecastSchema, schemaBatch, seededRandom, type Cell, type Row } from '../support/column-batch.ts';
import { accuracyRows, accuracyTable, encodeParquet, forecastRows } from '../support/encode-parquet.ts';
import { rawChunks, type RawChunk } from '../support/raw-footer.ts';

const schema = forecastSchema(['mean', '0.9'], ['region']);

/** Compares every chunk and page of a file with the rows that it was made of. */
function expectBounds(file: Uint8Array, rows: readonly Row[], table = schema): { pages: number; without: number } {
  const seen = { pages: 0, without: 0 };
  let from = 0;
  for (const group of rawChunks(file)) {
    const { rows: count } = group[0]!;
    for (const [index, chunk] of group.entries()) {
      const { name, kind } = table.columns[index]!;
      const cells = rows.slice(from, from + count).map((row) => row[name] ?? (kind === 'text' ? '' : null));
      const times = kind === 'time' ? cells.map((cell) => (typeof cell === 'string' ? Date.parse(cell) : cell)) : cells;
      expectChunk(chunk, times, kind);
      seen.pages += chunk.pages.length;
      if (chunk.columnIndex === undefined) seen.without++;
    }
    from += count;
  }
  expect(from).toBe(rows.length);
  return seen;
}

function expectChunk(
  { statistics, columnIndex, pages, rows }: RawChunk,
  cells: readonly Cell[],
  kind: ColumnKind,
): void {
  const expected = slowBounds(cells, kind);
  expect([statistics.nulls, statistics.nans]).toEqual([expected.nulls, kind === 'number' ? expected.nans : undefined]);
  expectBound(statistics.min, expected.least, kind, 'min', statistics.isExactMin);
  expectBound(statistics.max, expected.greatest, kind, 'max', statistics.isExactMax);
  const isCounted = kind === 'number' ? undefined : new Set(cells.filter((cell) => cell !== null)).size;
  expect(statistics.distinct).toBe(isCounted);
  expect(columnIndex === undefined).toBe(expected.nans > 0);
  const minima: Buffer[] = [];
  for (const [index, { firstRow }] of pages.entries()) {
    const page = slowBounds(cells.slice(firstRow, pages[index + 1]?.firstRow ?? rows), kind);
    expect(index === 0).toBe(firstRow === 0);
    if (columnIndex === undefined) continue;
    const none = page.least === undefined;
    expect([columnIndex.nullPages[index], columnIndex.nulls[index]]).toEqual([none, page.nulls]);
    expect(columnIndex.nans?.[index]).toBe(kind === 'number' ? 0 : undefined);
    if (none) expect([columnIndex.min[index], columnIndex.max[index]]).toEqual([Buffer.alloc(0), Buffer.alloc(0)]);
    else {
      expectBound(columnIndex.min[index], page.least, kind, 'min');
      expectBound(columnIndex.max[index], page.greatest, kind, 'max');
      minima.push(columnIndex.min[index]!);
    }
  }
}

/** A bound is the value in PLAIN; of a longer text it is no longer than a few bytes more than 64, and on the right side. */
function expectBound(
  found: Buffer | undefined,
  value: Cell | undefined,
  kind: ColumnKind,
  end: 'min' | 'max',
  isExact?: boolean,
): void {
  if (value === undefined || value === null) return expect([found, isExact]).toEqual([undefined, undefined]);
  const bytes = slowBoundBytes(value, kind, end);
  if (bytes.length <= 64) return expect([found, isExact ?? true]).toEqual([bytes, true]);
  expect(isExact ?? false).toBe(false);
  expect(found!.length).toBeLessThanOrEqual(68);
  expect(Buffer.from(found!.toString('utf8'))).toEqual(found); // whole characters
  expect(Buffer.compare(found!, bytes) * (end === 'min' ? 1 : -1)).toBeLessThan(0);
}

describe('statistics of what is written', () => {
  it('are those that a look at each cell finds, of every chunk (seeds 1 to 12)', async () => {
    let without = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const random = seededRandom(seed);
      const rows = forecastRows(1 + Math.floor(random() * 900), seed, random() < 0.4).map((row) => ({
        ...row,
        item_id:
          random() < 0.05 ? `${'ü'.repeat(Math.floor(random() * 60))}${String(row['item_id'])}` : row['item_id']!,
        target_value: seed === 3 ? null : row['target_value']!,
        p90: seed % 3 === 0 ? Number.NaN : random() < 0.5 ? 0 : -0,
      }));
      const file = await encodeParquet(schema, rows, { rowGroupRows: 1 + Math.floor(random() * 400) });
      ({ without } = expectBounds(file, rows));
    }
    expect(without).toBeGreaterThan(0); // a chunk with NaN has no column index
  });

  it('count not defined as null', async () => {
    const rows = accuracyRows(500, 3);
    expectBounds(await encodeParquet(accuracyTable, rows, { rowGroupRows: 128 }), rows, accuracyTable);
  });

  it('tell of each page where a chunk has several', async () => {
    const count = 140_000;
    const rows = forecastRows(700, 5).map((row, index) => ({ ...row, mean: index, p90: 1000 - index, region: 'x' }));
    const batch = schemaBatch(schema, rows);
    const encoder = await createParquetEncoder(schema);
    const pieces = [Buffer.from(encoder.start())];
    const all: Row[] = [];
    for (let firstRecord = 1; firstRecord <= count; firstRecord += rows.length) {
      pieces.push(Buffer.from(encoder.encode({ ...batch, firstRecord })));
      all.push(...rows);
    }
    pieces.push(Buffer.from(encoder.finish()));
    const file = new Uint8Array(Buffer.concat(pieces));
    expect(expectBounds(file, all).pages).toBe(3 * schema.columns.length);
  });

  it('tell of each page of long texts, and whether pages rise or fall', async () => {
    const texts = (name: (row: number) => string): Row[] =>
      forecastRows(40, 1).map((row, index) => ({ ...row, item_id: name(index).padEnd(100_000, name(index)) }));
    for (const [order, rows] of [
      [1, texts((row) => `item ${row + 100}`)],
      [2, texts((row) => `item ${900 - row}`)],
      [0, texts((row) => `item ${500 + ((row * 7) % 40)}`)],
      [0, texts((row) => `item ${row % 2 === 0 ? 100 + row : 900 - row}`)], // minima rise, maxima fall
    ] as const) {
      const file = await encodeParquet(schema, rows);
      expectBounds(file, rows);
      const [[items]] = rawChunks(file) as [[RawChunk]];
      expect([items.pages.length, items.columnIndex?.order]).toEqual([4, order]);
    }
  });

  it('say where pages are, and that all of them have one encoding', async () => {
    const file = await encodeParquet(schema, forecastRows(1000, 8), { rowGroupRows: 400 });
    let end = 4;
    for (const [index, chunk] of rawChunks(file).flat().entries()) {
      const isCoded = chunk.encodings.length === 2;
      expect(chunk.encodings).toEqual(
        isCoded
          ? [
              [2, 0, 1],
              [0, 2, 1],
            ]
          : [[0, 0, 1]],
      );
      expect(isCoded).toBe([0, 1, 2, 4, 5].includes(index % schema.columns.length));
      const [page] = chunk.pages;
      if (!isCoded) expect(page?.offset).toBe(end);
      end = page!.offset + page!.bytes;
    }
  });
});

describe('sorting columns', () => {
  const orders = [
    [0, 4, 2], // item, window, time
    [4, 0, 2],
  ];
  it('are those by which rows are sorted, and no more (seeds 1 to 40)', async () => {
    const found = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const random = seededRandom(seed);
      const keys = Array.from({ length: 60 }, () => [random(), random(), random()].map((part) => Math.floor(part * 4)));
      const order = seed % 2 === 0 ? [0, 1, 2] : [1, 0, 2];
      const depth = Math.floor(random() * 4);
      keys.sort((one, other) => order.slice(0, depth).reduce((sum, key) => sum || one[key]! - other[key]!, 0));
      const rows = keys.map(([item, window, time]) => ({
        item_id: ['a', 'é', 'a\u0000', 'z'].toSorted()[item!]!,
        region: '',
        timestamp: time! * 1000,
        target_value: 1,
        backtestwindow_start_time: window === 3 && seed % 7 === 0 ? null : window!,
        backtestwindow_end_time: null,
        mean: 1,
        p90: 1,
      }));
      const [[chunk]] = rawChunks(await encodeParquet(schema, rows, { rowGroupRows: 60 })) as [[RawChunk]];
      const depths = orders.map((columns) => {
        const names = [columns[0]!, ...(columns[0] === 0 ? [1, 4] : [0, 1]), 2];
        const cells = rows.map((row) => names.map((index) => row[schema.columns[index]!.name as keyof typeof row]));
        return names.slice(0, slowSorted(cells, names.length));
      });
      const [first, second] = depths as [number[], number[]];
      const expected = first.length > 1 || first.length >= second.length ? first : second;
      expect([seed, chunk.sortedBy]).toEqual([seed, expected]);
      found.add(String(expected));
    }
    expect(found.size).toBeGreaterThan(3);
  });

  it('compare item ids as bytes of UTF-8, and take the order that has most columns', async () => {
    const sortedBy = async (cells: readonly (readonly [item: string, region: string])[]): Promise<unknown> => {
      const rows = cells.map(([item_id, region]) => ({ ...forecastRows(1, 1)[0], item_id, region }));
      const [[chunk]] = rawChunks(await encodeParquet(schema, rows)) as [[RawChunk]];
      return chunk.sortedBy;
    };
    // as UTF-16 they would be in the other order
    const [less, greater] = ['\uffee', '\u{1f600}'];
    expect(less > greater).toBe(true);
    expect(await sortedBy([less, greater].map((item) => [item, '']))).toEqual([0, 1, 4, 2]);
    expect(await sortedBy([greater, less].map((item) => [item, '']))).toEqual([4]);
    // one window: the item is the second column of that order
    expect(await sortedBy(['y', 'x'].map((region) => ['a', region]))).toEqual([4, 0]);
  });
});

describe('row groups', () => {
  const groupsOf = (file: Uint8Array): number[] => rawChunks(file).map(([chunk]) => chunk!.rows);
  const makeRows = (items: number, windows: number, byWindow: boolean): Row[] =>
    Array.from({ length: items * windows * 10 }, (_, row) => {
      const [item, window] = byWindow
        ? [Math.floor(row / 10) % items, Math.floor(row / 10 / items)]
        : [Math.floor(row / 10 / windows), Math.floor(row / 10) % windows];
      return {
        ...forecastRows(1, 1)[0],
        item_id: `item ${item}`,
        timestamp: row % 10,
        backtestwindow_start_time: window,
      };
    });

  it('end with an item where one ends shortly before they are full', async () => {
    const rows = makeRows(50, 3, false);
    const file = await encodeParquet(schema, rows, { rowGroupRows: 640, groupBorders: true });
    // items of 30 rows: 620 of the 640 would be the last 32nd
    expect(groupsOf(file)).toEqual([630, 630, 240]);
    const large = await encodeParquet(schema, makeRows(3, 50, false), { rowGroupRows: 640, groupBorders: true });
    expect(groupsOf(large)).toEqual([640, 640, 220]);
  });

  it('end with a window that is long', async () => {
    const options = { rowGroupRows: 640, groupBorders: true };
    expect(groupsOf(await encodeParquet(schema, makeRows(50, 3, true), options))).toEqual([500, 500, 500]);
    expect(groupsOf(await encodeParquet(schema, makeRows(15, 4, true), options))).toEqual([600]);
    expect(groupsOf(await encodeParquet(schema, makeRows(16, 4, true), options))).toEqual([160, 160, 160, 160]);
    expect(groupsOf(await encodeParquet(schema, makeRows(90, 2, true), options))).toEqual([620, 280, 620, 280]);
    expect(groupsOf(await encodeParquet(schema, makeRows(90, 2, true), { rowGroupRows: 640 }))).toEqual([
      640, 640, 520,
    ]);
  });

  it('do not depend on batches', async () => {
    for (const byWindow of [true, false]) {
      const rows = makeRows(40, 3, byWindow);
      const expected = await encodeParquet(schema, rows, { rowGroupRows: 300, groupBorders: true });
      for (const size of [1, 7, 299]) {
        const encoder = await createParquetEncoder(schema, { rowGroupRows: 300, groupBorders: true });
        const pieces = [Buffer.from(encoder.start())];
        for (let from = 0; from < rows.length; from += size) {
          const batch = schemaBatch(schema, rows.slice(from, from + size));
          pieces.push(Buffer.from(encoder.encode({ ...batch, firstRecord: from + 1 })));
        }
        pieces.push(Buffer.from(encoder.finish()));
        expect(Buffer.concat(pieces).equals(expected)).toBe(true);
      }
    }
  });
});

describe('bounds of texts', () => {
  const bounds = (least: string, greatest: string): readonly unknown[] => {
    const found = boundsOfTexts(Buffer.from(least), Buffer.from(greatest));
    return [found?.min, found?.max].map((bytes) => bytes && Buffer.from(bytes).toString());
  };

  it('are cut between characters, the greatest raised', () => {
    const a = 'a'.repeat(63);
    expect(bounds(`${a}é`, `${a}é`)).toEqual([a, `${'a'.repeat(62)}b`]);
    expect(bounds(`${a}bc`, `${a}\u007fc`)).toEqual([`${a}b`, `${a}\u0080`]);
    expect(bounds('', `${'a'.repeat(61)}\ud7ffc`)).toEqual(['', `${'a'.repeat(61)}\ue000`]);
    expect(bounds('', `${'a'.repeat(60)}${'\u{10ffff}'.repeat(2)}`)).toEqual(['', `${'a'.repeat(59)}b`]);
  });

  it('are none where nothing short is greater', () => {
    expect(boundsOfTexts(Buffer.from('a'), Buffer.from('\u{10ffff}'.repeat(17)))).toBeUndefined();
    expect(slowCompare('\u{10ffff}', 'z')).toBeGreaterThan(0);
  });
});
