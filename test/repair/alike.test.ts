import { describe, expect, it } from 'vitest';
import { createMemoryStorage, repairExport, verifyExport, type RepairOptions, type RepairResult } from '#src/index.js';
import { compareCells, writeCell, type Likeness } from '#src/batch/columns/cell-bits.js';
import { RowTable } from '#src/repair/row-table.js';
import { Pause } from '#src/pause.js';
import {
  accuracyHeader,
  forecastHeader as header,
  forecastPart,
  forecastRow as row,
  onePart,
} from '../convert/one-part.ts';
import { failureOf } from '../support/failure.ts';
import { storageFiles } from '../support/folder-files.ts';

function likenessOf(a: number, b: number, stateA = 0, stateB = 0): Likeness {
  const doubles = new Float64Array(2);
  const words = new Uint32Array(doubles.buffer);
  writeCell(doubles, words, 0, a, stateA);
  writeCell(doubles, words, 1, b, stateB);
  return compareCells(words, 0, words, 1, 1);
}

/** The double that many steps above. */
function above(value: number, steps: bigint): number {
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0] = (bits[0] ?? 0n) + steps;
  return new Float64Array(bits.buffer)[0] ?? 0;
}

describe('two cells', () => {
  it.each([1, -1, 0.1, 4_294_967_295.5, 5e-324, Number.MAX_VALUE / 2, 2 ** 20, above(1, 0xffff_fffen)])(
    'of %d and what is 0, 1 to 4 and 5 doubles away are exact, near and different, both ways',
    (value) => {
      expect(likenessOf(value, value)).toBe('exact');
      for (const steps of [1n, 2n, 3n, 4n]) {
        expect([likenessOf(value, above(value, steps)), likenessOf(above(value, steps), value)]).toEqual([
          'near',
          'near',
        ]);
      }
      expect([likenessOf(value, above(value, 5n)), likenessOf(above(value, 5n), value)]).toEqual([
        'different',
        'different',
      ]);
    },
  );

  it('of other signs or states are different, and NaN is NaN', () => {
    for (const [a, b] of [
      [0, -0],
      [5e-324, -5e-324],
      [Number.MAX_VALUE, Number.POSITIVE_INFINITY],
      [Number.NaN, Number.POSITIVE_INFINITY],
    ] as const) {
      expect([likenessOf(a, b), likenessOf(b, a)]).toEqual(['different', 'different']);
    }
    const states = [0, 1, 2];
    for (const a of states) {
      for (const b of states) {
        expect(likenessOf(Number.NaN, Number.NaN, a, b)).toBe(a === b ? 'exact' : 'different');
      }
    }
  });
});

/** The two words that an unseeded hash of numbers once gave for a row. */
function unseeded(numbers: readonly number[]): [number, number] {
  const pair = new Uint32Array(2);
  const value = new Float64Array(pair.buffer);
  let [one, two] = [0, 0];
  for (const number of numbers) {
    value[0] = number;
    const first = Math.imul(one ^ (pair[0] ?? 0), 0x9e3779b1);
    const second = Math.imul(two ^ (pair[1] ?? 0) ^ (first >>> 15), 0x85ebca77);
    one = first ^ (first >>> 13);
    two = second ^ (second >>> 16) ^ one;
  }
  return [one, two];
}

/** A row of an actual and a mean that this hash takes for the row 5 and 0.25. */
function findMeeting(): readonly [number, number] {
  const pair = new Uint32Array(2);
  const value = new Float64Array(pair.buffer);
  value[0] = 0.25;
  const high = (pair[1] ?? 0) ^ unseeded([5])[1];
  for (let target = 0.25; target < 1000; target += 0.25) {
    pair[0] = 0;
    pair[1] = high ^ unseeded([target])[1];
    if (target !== 5 && value[0] > 0.5 && value[0] < 1000) return [target, value[0]];
  }
  throw new Error('expected a row that meets');
}

async function repaired(text: string, options: RepairOptions = {}): Promise<RepairResult & { readonly kept: string }> {
  const target = createMemoryStorage();
  const result = await repairExport(onePart(header + text), target, options);
  return { ...result, kept: String((await storageFiles(target)).get(forecastPart)) };
}

describe('rows that repeat an earlier one', () => {
  const near = row.replace('4.5', '4.500000000000001');
  const other = row.replace('bike_12', 'bike_13');

  it('but for the last bits are dropped as such, and the first is kept', async () => {
    const { repairs, kept } = await repaired(row + other + near);
    expect(repairs.map(({ kind, count, places }) => [kind, count, places])).toEqual([
      ['near-rows', 1, [{ file: forecastPart, record: 3, of: { file: forecastPart, record: 1 } }]],
    ]);
    expect(kept).toBe(header + row + other);
  });

  it('by five doubles and more are a conflict', async () => {
    const far = row.replace('4.5', '4.500000000000005');
    const [code] = await failureOf(() => repaired(row + other + far));
    expect(code).toBe('ROW_CONFLICT');
    expect((await repaired(row + far + other, { conflicts: 'keep-first' })).repairs[0]?.kind).toBe('conflicting-rows');
  });

  it('are reported as merged exports where each appears equally often, exact and near together', async () => {
    const source = row + other + near + other;
    const { repairs, kept } = await repaired(source);
    expect(repairs).toEqual([
      {
        kind: 'merged-exports',
        table: 'forecasted-values',
        count: 2,
        reason:
          'every row of the table appeared several times, as if exports of one predictor had been merged; the first was kept',
        places: [
          {
            file: forecastPart,
            record: 4,
            of: { file: forecastPart, record: 2 },
            detail: 'every row appeared 2 times',
          },
        ],
      },
    ]);
    expect(kept).toBe(header + row + other);
    const { findings } = await verifyExport(onePart(header + source, accuracyHeader));
    expect(findings.map(({ code }) => code)).toContain('EXPORTS_MERGED');
  });

  it('are known by their cells: rows of other numbers that an unseeded hash takes for one another are a conflict', async () => {
    const [target, mean] = findMeeting();
    expect(unseeded([target, mean])).toEqual(unseeded([5, 0.25]));
    const line = (numbers: readonly [number, number]): string =>
      `a,2021-12-01T00:00:00Z,${numbers[0]},2021-12-01T00:00:00,2021-12-01T00:00:00,${numbers[1]}\n`;
    const source = onePart(header.replace(',p10,p90', '') + line([5, 0.25]) + line([target, mean]));
    expect((await failureOf(() => repairExport(source, createMemoryStorage())))[0]).toBe('ROW_CONFLICT');
  });
});

describe('the table of rows', () => {
  it('knows rows again across blocks and growth, by their keys, in any order', async () => {
    const rows = new RowTable({ numbersAt: 2, width: 3 });
    const doubles = new Float64Array(3);
    const words = new Uint32Array(doubles.buffer);
    const write = (index: number, value: number): void => doubles.set([index * 3_600_000, index % 7, value]);
    const count = 40_000;
    for (let index = 0; index < count; index++) {
      await rows.reserve(1, new Pause());
      write(index, index);
      expect(rows.add(words, 0, index % 5, index)).toBeUndefined();
    }
    expect(rows.merged()).toBe(1);
    for (let index = count - 1; index >= 0; index--) {
      write(index, index);
      expect(rows.add(words, 0, 9, 9)).toEqual({ part: index % 5, record: index, likeness: 'exact' });
    }
    expect(rows.merged()).toBe(2);
    write(0, 1);
    expect(rows.add(words, 0, 9, 9)).toEqual({ part: 0, record: 0, likeness: 'different' });
    expect(rows.merged()).toBe(1);
  });
});
