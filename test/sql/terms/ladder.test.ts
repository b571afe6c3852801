import { describe, expect, it } from 'vitest';
import {
  isSumOfLevel,
  mostRows,
  planLadder,
  rangeOfTerms,
  usualLadders,
  wideLadders,
  type Ladder,
} from '#src/sql/terms/ladder.js';
import { exactSum } from '../../reference/exact-sum.ts';
import { sumByLevels } from '../../reference/slow-ladder.ts';
import { randomDouble, seededRandom } from '../../support/random.ts';

const seed = 20261126;

/** A double below 2^top that is a multiple of 2^bottom: of any magnitude, often with all bits set. */
function drawTerm(random: () => number, top: number, bottom: number): number {
  const exponent = bottom + Math.floor(random() * (top - bottom));
  const bits = Math.min(53, exponent - bottom + 1);
  const ones = 2 ** bits - 1;
  const integer = random() < 0.3 ? ones : Math.ceil(ones / 2) + Math.floor((random() * ones) / 2);
  return (random() < 0.5 ? -1 : 1) * integer * 2 ** (exponent - bits + 1);
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

function plan(top: number, bottom: number, rows: number): Ladder {
  const ladder = planLadder({ top, bottom }, rows);
  expect(ladder, `${top} ${bottom} ${rows}`).toBeDefined();
  return ladder!;
}

describe('planLadder', () => {
  it(`gives levels that add up to the exact sum in every order (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = 0; round < 300; round++) {
      const top = Math.floor(random() * 2000) - 1000;
      const bottom = Math.max(-1074, top - 1 - Math.floor(random() * 300));
      if (bottom >= top || top > 1000) continue;
      const rows = 2 ** (4 + Math.floor(random() * 7));
      const ladder = plan(top, bottom, rows);
      const terms = Array.from({ length: rows }, () => drawTerm(random, top, bottom));
      // as many large ones that cancel
      if (round % 3 === 0) for (let at = 0; at < rows; at += 2) terms[at] = -(terms[at + 1] ?? 0);
      const found = sumByLevels(terms, ladder);
      expect(found.rest).toBe(0);
      expect(exactSum(found.levels)).toBe(exactSum(terms));
      expect(found.levels.every((sum, level) => isSumOfLevel(sum, ladder.exponents[level]!))).toBe(true);
      expect(sumByLevels(shuffled(terms, random), ladder).levels).toEqual(found.levels);
    }
  });

  it('takes as many of the largest and smallest terms as it says, and one row more is not promised', () => {
    const ladder = plan(1, -120, 1024);
    expect(ladder).toEqual({ exponents: [-42, -86, -130], top: 1, rows: 1024 });
    const largest = 2 - 2 ** -52;
    for (const term of [largest, -largest, 2 ** -42 * 1.5, 2 ** -43 - 2 ** -95, 2 ** -120]) {
      const terms = Array.from({ length: 1024 }, () => term);
      const { levels, rest } = sumByLevels(terms, ladder);
      expect(rest).toBe(0);
      expect(exactSum(levels)).toBe(exactSum(terms));
    }
    // four times as many would need bits that the doubles of the first level do not have
    const odd = 2 - 2 ** -42;
    const many = Array.from({ length: 4096 }, () => odd);
    many.unshift(2 ** -42);
    expect(exactSum(sumByLevels(many, { ...ladder, exponents: [-42] }).levels)).not.toBe(exactSum(many));
  });

  it('has no level more than it needs', () => {
    const random = seededRandom(seed);
    for (const [top, bottom] of [
      [30, -89],
      [-900, -1074],
      [1000, 700],
    ] as const) {
      const ladder = plan(top, bottom, 4096);
      const terms = Array.from({ length: 500 }, () => drawTerm(random, top, bottom));
      terms.push(2 ** bottom);
      expect(sumByLevels(terms, ladder).rest).toBe(0);
      expect(sumByLevels(terms, { ...ladder, exponents: ladder.exponents.slice(0, -1) }).rest).toBeGreaterThan(0);
    }
  });

  it('reaches from the largest sums to the smallest double, and refuses what is beyond', () => {
    const ladder = plan(1000, -1074, 1000);
    expect(ladder.exponents[0]).toBe(957);
    expect(ladder.exponents.at(-1)).toBe(-1074);
    const random = seededRandom(seed);
    const terms = Array.from({ length: 1000 }, () => randomDouble(random)).filter((term) => Math.abs(term) < 2 ** 1000);
    terms.push(5e-324, -5e-324, 5e-324, 2.225073858507201e-308);
    const { levels, rest } = sumByLevels(terms.slice(-1000), ladder);
    expect(rest).toBe(0);
    expect(exactSum(levels)).toBe(exactSum(terms.slice(-1000)));
    expect(planLadder({ top: 1014, bottom: 900 }, 1000)).toBeUndefined();
    expect(planLadder({ top: 1013, bottom: 900 }, 1000)?.exponents[0]).toBe(970);
    expect(planLadder({ top: 0, bottom: -1 }, 2 ** 53)).toBeUndefined();
  });

  it('counts terms that it does not hold: too large, too fine, infinite', () => {
    const ladder = plan(30, -89, 1000);
    const outside = [2 ** 30, -(2 ** 31), Infinity, -Infinity, 1e300, 2 ** -102, 1 / 3e16, 5e-324];
    const inside = [0, -0, 2 ** 30 - 1, 2 ** -101, -1 / 3e12, 0.1];
    for (const term of outside) expect(sumByLevels([term], ladder).rest, String(term)).toBe(1);
    for (const term of inside) expect(sumByLevels([term], ladder).rest, String(term)).toBe(0);
  });
});

describe('usual and wide ladders', () => {
  const ladder = (exponents: number[], top: number, rows: number): Ladder => ({ exponents, top, rows });

  it('that are usual are the shorter the fewer rows there are', () => {
    expect(usualLadders(384_000)).toEqual({
      errors: ladder([-10, -45, -80], 24, 2 ** 19),
      squares: ladder([14, -21, -56, -91, -126], 48, 2 ** 19),
      shares: ladder([-10, -45, -80], 24, 2 ** 19),
    });
    expect(usualLadders(2 ** 40)).toEqual({
      errors: ladder([5, -15, -35, -55, -75, -95], 24, mostRows),
      squares: ladder([29, 9, -11, -31, -51, -71, -91, -111], 48, mostRows),
      shares: ladder([5, -15, -35, -55, -75, -95], 24, mostRows),
    });
  });

  it('that are wide are safe for 2^34 rows', () => {
    expect(wideLadders()).toEqual({
      errors: ladder([11, -9, -29, -49, -69, -89], 30, mostRows),
      squares: ladder([41, 21, 1, -19, -39, -59, -79, -99, -119], 60, mostRows),
      shares: ladder([11, -9, -29, -49, -69, -89, -109], 30, mostRows),
    });
  });
});

describe('rangeOfTerms', () => {
  it('reaches from above the largest to the last bit of the smallest', () => {
    expect(rangeOfTerms(1, 1)).toEqual({ top: 1, bottom: -52 });
    expect(rangeOfTerms(1.9, 0.3)).toEqual({ top: 1, bottom: -54 });
    expect(rangeOfTerms(2 ** 40, 2 ** -10)).toEqual({ top: 41, bottom: -62 });
    expect(rangeOfTerms(8, 5e-324).bottom).toBe(-1074);
    expect(rangeOfTerms(5e-324, 5e-324)).toEqual({ top: -1022, bottom: -1074 });
    expect(rangeOfTerms(8, Infinity)).toEqual({ top: 4, bottom: 4 });
  });
});

describe('isSumOfLevel', () => {
  it.each([
    [0, 30, true],
    [-0, -1074, true],
    [3 * 2 ** 30, 30, true],
    [2 ** 29, 30, false],
    [-(2 ** 83), 30, true],
    [2 ** 84, 30, false],
    [2 ** 83 + 2 ** 31, 30, false],
    [5e-324, -1074, true],
    [2 ** -1021, -1074, true],
    [1, -1074, false],
    [5e-324, 970, false],
    [2 ** 1023, 970, true],
    [0.1, -55, true],
    [0.1, -54, false],
  ])('of %s and 2^%s is %s', (sum, exponent, expected) => {
    expect(isSumOfLevel(sum, exponent)).toBe(expected);
  });
});
