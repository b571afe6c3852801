import { stateValue } from './column-batch.ts';

/** How alike two rows of numbers are. */
export type Likeness = 'exact' | 'near' | 'different';

/** Doubles that are this many steps apart, or fewer, are near: exports of one predictor differ by 1 or 2. */
const nearUlps = 4;

/** The upper half of a NaN; its lower half distinguishes a NaN that is a value from an empty cell and from `not defined`. */
const nanWord = 0x7ff8_0000;

/** Writes a cell as the bits of one double, its state included, to the place `at` of `doubles`, whose words are `words`. */
export function writeCell(doubles: Float64Array, words: Uint32Array, at: number, value: number, state: number): void {
  if (value === value && state === stateValue) doubles[at] = value;
  else {
    words[2 * at] = state;
    words[2 * at + 1] = nanWord;
  }
}

/**
 * How alike two runs of `count` cells are, which begin at the doubles `a` of `one` and `b` of `other`: as the least alike
 * of them. Exact cells have the same bits: -0 is not 0, an empty cell is neither NaN nor `not defined`. Near are two
 * numbers of one sign with at most {@link nearUlps} steps between them.
 */
export function compareCells(one: Uint32Array, a: number, other: Uint32Array, b: number, count: number): Likeness {
  let likeness: Likeness = 'exact';
  for (let word = 0; word < 2 * count; word += 2) {
    const [low, high] = [one[2 * a + word] ?? 0, one[2 * a + word + 1] ?? 0];
    const [otherLow, otherHigh] = [other[2 * b + word] ?? 0, other[2 * b + word + 1] ?? 0];
    if (low === otherLow && high === otherHigh) continue;
    if (!isFiniteWord(high) || !isFiniteWord(otherHigh) || (high ^ otherHigh) < 0) return 'different';
    // exact wherever it is small: the places of doubles of one sign follow one another
    const steps = (high - otherHigh) * 0x1_0000_0000 + (low - otherLow);
    if (Math.abs(steps) > nearUlps) return 'different';
    likeness = 'near';
  }
  return likeness;
}

function isFiniteWord(high: number): boolean {
  return (high & 0x7ff0_0000) !== 0x7ff0_0000;
}
