import { describe, expect, it } from 'vitest';
import { checksum, formatSum, joinChecksums } from '#src/batch/hash/checksum.js';
import { ContentSum, formatSums, joinSums, type ContentSums } from '#src/batch/hash/content-sum.js';
import { sliceBatch } from '#src/batch/columns/slice-batch.js';
import { randomDouble, seededRandom } from '../support/random.ts';
import { accuracySchema, schemaBatch, type Row } from '../support/column-batch.ts';

const schema = accuracySchema(['0.1'], ['RMSE']);
const base = { backtestwindow_start_time: '2021-12-01T00:00:00Z', backtestwindow_end_time: '2021-12-14T00:00:00Z' };
const row = (more: Row): Row => ({
  item_id: 'a',
  backtest_window: 'Computed',
  ...base,
  'wQL[0.1]': 1,
  RMSE: 2,
  ...more,
});

function sumOf(rows: readonly Row[], sizes: readonly number[] = [], oneNull = false): ContentSums {
  const sum = new ContentSum(schema.columns, { oneNull });
  const batch = schemaBatch(schema, rows);
  let from = 0;
  for (const size of [...sizes, rows.length]) {
    const to = Math.min(rows.length, from + size);
    if (to > from) sum.add(sliceBatch(batch, from, to));
    from = to;
  }
  return sum.take();
}

function randomRows(count: number, seed: number): Row[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    row({
      item_id: `item ${Math.floor(random() * 5)}`,
      'wQL[0.1]': random() < 0.2 ? 'not defined' : randomDouble(random),
      RMSE: random() < 0.2 ? null : randomDouble(random),
    }),
  );
}

describe('a checksum', () => {
  it('of joined bytes follows from those of the pieces', () => {
    const random = seededRandom(3);
    for (const length of [0, 1, 7, 8, 1000, 70_001]) {
      const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256));
      for (const cut of [0, 1, Math.floor(length / 3), length]) {
        const [first, second] = [bytes.subarray(0, cut), bytes.subarray(cut)];
        expect(joinChecksums(checksum(first), checksum(second), second.length)).toBe(checksum(bytes));
      }
    }
    expect(formatSum(checksum(new TextEncoder().encode('123456789')))).toBe('cbf43926');
  });

  it('of zeros beyond 4 GiB is that of zlib', () => {
    // crc32_combine(crc32('a'), crc32 of 2^33 zeros, 2^33): doubling the zeros 33 times
    let zeros = checksum(Uint8Array.of(0));
    for (let length = 1; length < 2 ** 33; length *= 2) zeros = joinChecksums(zeros, zeros, length);
    const half = joinChecksums(joinChecksums(checksum(Uint8Array.of(97)), 0, 0), zeros, 2 ** 33);
    let step = checksum(Uint8Array.of(97));
    let piece = checksum(new Uint8Array(2 ** 20));
    let length = 2 ** 20;
    for (; length < 2 ** 33; length *= 2) piece = joinChecksums(piece, piece, length);
    step = joinChecksums(step, piece, length);
    expect(half).toBe(step);
  });
});

describe('a content sum', () => {
  it('sees one missing value wherever it is', () => {
    for (let place = 0; place < 11; place++) {
      const rows = Array.from({ length: 11 }, (_, at) => row(at === place ? { RMSE: null } : {}));
      expect(sumOf(rows), `place ${place}`).toEqual(sumOf(rows, Array<number>(11).fill(1)));
    }
  });

  it('does not depend on batches, and joins', () => {
    const rows = randomRows(100, 5);
    const whole = sumOf(rows);
    expect(sumOf(rows, [1, 30, 2])).toEqual(whole);
    expect(joinSums(sumOf(rows.slice(0, 37)), sumOf(rows.slice(37)))).toEqual(whole);
    expect(joinSums(sumOf([]), whole)).toEqual(whole);
    expect(formatSums(whole)).toMatch(/^[\da-f]{8}$/);
  });

  it('does not depend on the order of columns, and has one checksum for each', () => {
    const rows = randomRows(10, 6);
    const turned = new ContentSum(schema.columns.toReversed());
    turned.add(schemaBatch(schema, rows));
    expect(formatSums(turned.take())).toBe(formatSums(sumOf(rows)));
    const changed = new Map(sumOf([row({}), row({ RMSE: 3 })]).columns);
    const before = new Map(sumOf([row({}), row({})]).columns);
    expect([...changed].filter(([name, sum]) => before.get(name) !== sum).map(([name]) => name)).toEqual(['RMSE']);
  });

  it.each([
    ['the sign of zero', { RMSE: 0 }, { RMSE: -0 }],
    ['empty and not defined', { RMSE: null }, { RMSE: 'not defined' }],
    ['NaN and empty', { RMSE: Number.NaN }, { RMSE: null }],
    ['the last bit', { RMSE: 0.1 + 0.2 }, { RMSE: 0.3 }],
    ['texts of the same letters', { item_id: 'ab' }, { item_id: 'ba' }],
    ['an empty text and a zero character', { item_id: '' }, { item_id: '\0' }],
    ['a millisecond', { backtestwindow_end_time: 0 }, { backtestwindow_end_time: 1 }],
  ] as const)('tells apart %s', (_, one, other) => {
    expect(formatSums(sumOf([row(one)]))).not.toBe(formatSums(sumOf([row(other)])));
  });

  it('depends on the order of rows', () => {
    const [a, b] = [row({ item_id: 'a' }), row({ item_id: 'b' })];
    expect(formatSums(sumOf([a, b]))).not.toBe(formatSums(sumOf([b, a])));
  });

  it('treats empty and not defined as equal on request, but not NaN', () => {
    const of = (value: number | string | null): string => formatSums(sumOf([row({ RMSE: value })], [], true));
    expect(of(null)).toBe(of('not defined'));
    expect(of(Number.NaN)).not.toBe(of(null));
  });
});
