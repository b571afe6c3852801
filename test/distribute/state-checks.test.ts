import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromBuffers } from '#src/distribute/forecast-buffers.js';
import { mapPart, planExport } from '#src/distribute/index.js';
import { unpackBuffers } from '#src/distribute/pack-buffers.js';
import { gatherPlans } from '#src/distribute/plan-tables.js';
import { fromDoubles } from '#src/metrics/accuracy/state-doubles.js';
import { triedCount } from '#src/metrics/accuracy/wape-meaning.js';
import { checkForecastState, recordBytesOf } from '#src/metrics/forecast/states/check-state.js';
import { planGrouping, type GroupingPlan } from '#src/metrics/forecast/grouping-plan.js';
import { map } from '#src/metrics/forecast/kernel/map.generated.js';
import type { ForecastState } from '#src/metrics/forecast/states/state.js';
import { checkRecords } from '#src/verify/records/check-records.js';
import { key, metricRow, place, rowKind, run, runDoubles } from '#src/verify/records/record-fields.js';
import { collect } from '../support/collect.js';

const folder = join(import.meta.dirname, '../../fixtures/hostile-text/export');

/** Every check has a case that only it refuses, told by its words. */
describe('a state of forecasted-values', () => {
  let plan: GroupingPlan;
  let sound: ArrayBuffer[];
  let groups = 0;

  beforeAll(async () => {
    const [line] = await planExport(folder, { by: ['item', 'step'] });
    if (line?.head.for !== 'summarize') throw new Error('expected a plan to summarize');
    const [state] = await collect(mapPart(line));
    const [gather] = gatherPlans(line.head);
    if (state?.sums === undefined || gather?.table !== 'forecasted-values') throw new Error('expected sums');
    plan = planGrouping(gather.options);
    sound = unpackBuffers(state.sums);
    groups = (sound[0] as ArrayBuffer).byteLength / recordBytesOf(plan.shape);
  });

  /** What is said of the state with a list changed. */
  function said(list: number, change: (bytes: ArrayBuffer) => ArrayBuffer | undefined, rowsWithoutWindow = 0): string {
    const buffers = sound.map((buffer) => buffer.slice());
    const changed = buffers[list] as ArrayBuffer;
    buffers[list] = change(changed) ?? changed;
    try {
      return String(fromBuffers(buffers, rowsWithoutWindow, plan).rows);
    } catch (error) {
      return (error as Error).message;
    }
  }

  const setWord =
    (at: number, word: number) =>
    (bytes: ArrayBuffer): undefined => {
      new DataView(bytes).setUint32(4 * at, word, true);
    };
  const setDouble =
    (at: number, number: number) =>
    (bytes: ArrayBuffer): undefined => {
      new DataView(bytes).setFloat64(8 * at, number, true);
    };
  const longer = (bytes: ArrayBuffer): ArrayBuffer => {
    const grown = new Uint8Array(bytes.byteLength + 1);
    grown.set(new Uint8Array(bytes));
    return grown.buffer;
  };
  const words =
    (...all: number[]) =>
    (): ArrayBuffer =>
      Uint32Array.from(all).buffer;
  const [record, wide, keys, windows, timestamps, items, bytes, offsets] = [0, 1, 2, 3, 4, 5, 6, 7];

  it('is as it was', () => {
    expect([groups, said(0, () => undefined)]).toEqual([52, '104']);
  });

  it('has lists of whole and known things', () => {
    expect(said(record, longer)).toMatch(/expected 52 records of 936 bytes, found 48673 bytes/);
    expect(said(wide, longer)).toBe('expected whole sums of full range');
    expect(said(keys, longer)).toBe('expected whole keys of groups');
    expect(said(windows, longer)).toMatch(/expected whole windows/);
    expect(said(timestamps, longer)).toMatch(/expected whole timestamps/);
    expect(said(items, longer)).toBe('expected whole sets of items');
    expect(said(bytes, longer)).toBe('expected offsets from the first text to the last');
    expect(said(offsets, longer)).toBe('expected offsets of texts, found none');
    expect(said(offsets, () => new ArrayBuffer())).toBe('expected offsets of texts, found none');
    expect(() => fromBuffers(sound.slice(1), 0, plan)).toThrow(/^expected 8 lists of sums, found 7$/);
    const { state } = fromBuffers(sound, 0, plan);
    const spilled: ForecastState = { ...state, letGo: 0 as never };
    expect(() => checkForecastState(spilled, plan)).toThrow('expected sums only, found more');
    const textless: ForecastState = { ...state, texts: [] };
    expect(() => checkForecastState(textless, plan)).toThrow('expected 1 tables of texts, found 0');
    expect(said(record, () => undefined, -1)).toMatch(/^expected at most 2199023255552 rows, found more$/);
    expect(said(record, () => undefined, 2 ** 41)).toMatch(/^expected at most 2199023255552 rows, found more$/);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5, 8.65e15, -8.65e15])('has no instant %s', (number) => {
    expect(said(windows, setDouble(0, number))).toBe('expected windows in milliseconds, found other numbers');
    expect(said(timestamps, setDouble(1, number))).toBe('expected timestamps in milliseconds, found other numbers');
  });

  it('has numbers of texts, windows and timestamps that exist', () => {
    expect(said(keys, setWord(0, 1))).toBe('expected a number below 1 in a key, found 1');
    expect(said(keys, setWord(0, 0xffff_ffff))).toBe('expected a number below 1 in a key, found -1');
    expect(said(keys, setWord(1, 0x7fff_ffff))).toBe('expected a number below 13 in a key, found 2147483647');
    expect(said(keys, setWord(2, 0xffff_fffe))).toBe('expected a number below 4 in a key, found -2');
  });

  it('has offsets that rise, at borders of characters, in UTF-8', () => {
    expect(said(offsets, setWord(0, 1))).toBe('expected offsets from the first text to the last');
    expect(said(offsets, setWord(1, 0xffff_ffff))).toBe('expected rising offsets of texts');
    expect(said(offsets, setWord(2, 0))).toBe('expected rising offsets of texts');
    expect(said(bytes, setWord(0, 0xffff_ffff))).toBe('expected texts in UTF-8, found other bytes');
  });

  it('has sets of items that end within it, of items and windows that exist', () => {
    expect(said(items, words(0xffff_ffff, 0xffff_ffff))).toBe('a set of items ends beyond the state');
    expect(said(items, words(1, 1, 1))).toBe('a set of items ends beyond the state');
    expect(said(items, words(0, 1, 13))).toBe('expected items below 13 in a window, found 13');
    expect(said(items, words(1, 0, 1 << 13))).toBe('expected items below 13 in a window, found 13');
    expect(said(items, words(0, 0, 0, 0))).toBe('expected the items of 1 windows, found those of 2');
  });

  it('has counts that add up', () => {
    const count = (number: number): number => map.COUNTS / 8 + number;
    const type = count(map.COMMON_COUNTS);
    const ofNumbers = 'expected counts of rows, found other numbers';
    for (const number of [Number.NaN, -1, 0.5, 2 ** 42])
      expect(said(record, setDouble(count(map.ROWS), number))).toBe(ofNumbers);
    expect(said(record, setDouble(count(map.CROSSED), 3))).toBe(ofNumbers);
    expect(said(record, setDouble(count(map.ACTUALS), 0))).toBe('expected counts that add up to the rows of a group');
    expect(said(record, setDouble(count(map.MISSING), 1))).toBe('expected counts that add up to the rows of a group');
    const within = 'expected counts of a forecast type within those of its rows';
    expect(
      said(record, (all) => {
        setDouble(type + map.COVERED, 2)(all);
        setDouble(type + map.EXCLUDED, 1)(all);
      }),
    ).toBe(within);
  });

  it('has sums with digits that rows can give', () => {
    const sum = (map.COUNTS + 8 * plan.shape.counts) / 4;
    expect(said(record, setWord(sum + 1, 1))).toBe('expected digits of 32 bits in a sum, found more');
    const top = sum + map.SUM_BYTES / 4 - 2;
    expect(said(record, setWord(top + 1, 0x7fff_ffff))).toBe('expected a sum within reach of its rows, found more');
    expect(said(record, setWord(top + 1, 0x8000_0000))).toBe('expected a sum within reach of its rows, found more');
  });

  it('has sums of full range that are of a group and a sum, with as many infinities as rows', () => {
    const node =
      (...changes: [word: number, value: number][]) =>
      (): ArrayBuffer => {
        const made = new Uint32Array(map.NODE_BYTES / 4);
        for (const [word, value] of changes) made[word] = value;
        return made.buffer;
      };
    expect(said(wide, node())).toBe('104');
    expect(said(wide, node([0, 52]))).toBe('there is no sum 0 of group 52');
    expect(said(wide, node([1, 0xffff_ffff]))).toBe('there is no sum 4294967295 of group 0');
    const infinite = 'expected at most one infinite term for each row, found more';
    expect(said(wide, node([map.NODE_INFINITIES / 4, 3]))).toBe(infinite);
    expect(said(wide, node([map.NODE_INFINITIES / 4 + 1, 1]))).toBe(infinite);
    expect(said(wide, node([map.NODE_CHUNKS / 4 + 1, 1]))).toBe('expected digits of 32 bits in a sum, found more');
    const top = map.NODE_CHUNKS / 4 + 2 * map.WIDE_CHUNKS - 1;
    expect(said(wide, node([top, 0x7fff_ffff]))).toBe('expected a sum within reach of its rows, found more');
  });
});

describe('a state of accuracy-metrics-values', () => {
  /** Of one metric and no rows: totals, tallies, the summary's scope, and then windows. */
  const totals = 2 + 2 * (2 + triedCount);
  const empty = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0, 0];

  /** One window of so many rows, whose metric is what follows. */
  const ofWindow = (rows: number, metric: readonly number[], start = 0): Float64Array =>
    Float64Array.from([...Array.from({ length: totals }, () => 0), 0, ...empty, 1, start, 1, rows, ...metric]);

  const said = (doubles: Float64Array): string => {
    try {
      return String(fromDoubles(doubles, 1).rows);
    } catch (error) {
      return (error as Error).message;
    }
  };

  /** Counts of what is no number, extent, turns, partials, and values. */
  const values = [0, 0, 0, 1, 2, 0, 1, 3, 0, 2, 1, 2];
  /** The same as a histogram: zeros, low, dense, buckets and counts beyond. */
  const buckets = (
    low: number,
    dense: readonly number[],
    strays: readonly number[],
    counts: readonly number[],
  ): number[] => [
    ...values.slice(0, 8),
    1,
    0,
    low,
    ...[dense, strays, counts].flatMap((list) => [list.length, ...list]),
  ];

  it('is as it was', () => {
    expect(said(ofWindow(2, values))).toBe('2');
    expect(said(ofWindow(2, buckets(512, [], [600], [2])))).toBe('2');
  });

  it('has counts and lengths within it', () => {
    const count = 'expected a count of rows, found another number';
    for (const wrong of [-1, 0.5, Number.NaN, 2 ** 42]) expect(said(ofWindow(wrong, values))).toBe(count);
    expect(said(ofWindow(2, values).subarray(0, -1))).toBe('the state ends early');
    expect(said(new Float64Array())).toBe('the state ends early');
    expect(said(Float64Array.from([...ofWindow(2, values), 0]))).toBe('expected the end of the state, found more');
    expect(said(ofWindow(2, values.with(9, 2 ** 40)))).toBe('the state ends early');
    expect(said(ofWindow(1001, [...values.slice(0, 9), 1001, ...Array.from({ length: 1001 }, () => 1)]))).toBe(
      'the state ends early',
    );
    expect(said(ofWindow(2, [...values.slice(0, 6), 65, ...Array.from({ length: 65 }, () => 1), 0, 2, 1, 2]))).toBe(
      'the state ends early',
    );
  });

  it('has windows in milliseconds, and no more sums than rows', () => {
    for (const wrong of [Number.NaN, 0.5, 8.65e15]) {
      expect(said(ofWindow(2, values, wrong))).toBe('expected windows in milliseconds, found other numbers');
    }
    expect(said(ofWindow(2, values).with(3, 1))).toBe('expected fewer sums than rows');
    expect(said(ofWindow(2, values).with(0, 2 ** 41))).toBe('expected fewer rows');
  });

  it('has distributions of finite numbers, one for each row', () => {
    const sum = 'expected a sum of finite numbers, found another';
    for (const wrong of [0.5, 3, -3, Number.NaN]) expect(said(ofWindow(2, values.with(5, wrong)))).toBe(sum);
    expect(said(ofWindow(2, values.with(7, Number.POSITIVE_INFINITY)))).toBe(sum);
    expect(said(ofWindow(2, values.with(0, 1)))).toBe('expected a value or its absence in each row');
    const extent = 'expected the least and the largest of the values';
    for (const wrong of [3, Number.NaN, Number.NEGATIVE_INFINITY])
      expect(said(ofWindow(2, values.with(3, wrong)))).toBe(extent);
    expect(said(ofWindow(0, [...empty].with(3, 0)))).toBe(extent);
    expect(said(ofWindow(2, values.with(10, Number.NaN)))).toBe('expected finite values');
    expect(said(ofWindow(2, values.with(8, 2)))).toBe('expected values or a histogram');
  });

  it('has histograms in their bounds', () => {
    const octaves = 'expected a histogram of whole octaves';
    for (const low of [0, 513, 0.5, 512 * 2047, Number.NaN])
      expect(
        said(
          ofWindow(
            2,
            buckets(
              low,
              Array.from({ length: 512 }, () => 0),
              [600],
              [2],
            ),
          ),
        ),
      ).toBe(octaves);
    expect(said(ofWindow(2, buckets(512, [1], [600], [1])))).toBe(octaves);
    const finite = 'expected buckets of finite numbers';
    for (const stray of [0, 511, 600.5, 512 * 2047, Number.NaN])
      expect(said(ofWindow(2, buckets(512, [], [stray], [2])))).toBe(finite);
    expect(said(ofWindow(2, buckets(512, [], [600], [1, 1])))).toBe(finite);
    const counts = 'expected counts of values in buckets';
    expect(said(ofWindow(2, buckets(512, [], [600, 601], [3, -1])))).toBe(counts);
    expect(said(ofWindow(2, buckets(512, [3, -1, ...Array.from({ length: 510 }, () => 0)], [], [])))).toBe(counts);
  });
});

describe('records for verify', () => {
  const expected = { kind: 'run', width: runDoubles(3), file: 2, partitions: 4 } as const;
  const other = { ...expected, kind: 'metricRow', width: metricRow.values + 1 } as const;

  function said(
    how: typeof expected | typeof other,
    change: (doubles: Float64Array, words: Uint32Array) => void = () => undefined,
    partition = 1,
  ): string {
    const doubles = new Float64Array(how.width);
    const words = new Uint32Array(doubles.buffer);
    words[key.itemWord] = 0x4000_0000;
    words[place.fileWord] = 2;
    if (how.kind === 'run') words[run.countWord] = 7;
    change(doubles, words);
    try {
      return String(checkRecords(doubles.buffer, partition, how));
    } catch (error) {
      return (error as Error).message;
    }
  }

  it('are whole, of their part and in their partition', () => {
    expect([said(expected), said(other)]).toEqual(['7', '1']);
    expect(said(expected, undefined, 4)).toBe('expected whole records');
    expect(() => checkRecords(new ArrayBuffer(8), 0, expected)).toThrow('expected whole records');
    expect(said(expected, undefined, 0)).toBe('a record is in the wrong partition');
    expect(said(expected, (_, words) => void (words[place.fileWord] = 1))).toBe('a record is of another part');
    expect(said(other, (_, words) => void (words[metricRow.kindWord] = rowKind.other + 1))).toBe(
      'expected a kind of row',
    );
  });

  it.each([place.start, place.end, run.first, run.last])('have times that a file can have in double %i', (at) => {
    const times = 'expected times of windows, found other numbers';
    for (const time of [Number.POSITIVE_INFINITY, 0.5, -62_167_219_200_001, 253_402_300_800_000, 8.65e15]) {
      expect(said(expected, (doubles) => void (doubles[at] = time))).toBe(times);
    }
    expect(said(expected, (doubles) => void (doubles[at] = Number.NaN))).toBe('7');
  });
});
