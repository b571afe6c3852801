/** Which terms share a ladder: |y|, errors and widths; (y−m)²; |y−m|/|y|. */
export const ladderNames = ['errors', 'squares', 'shares'] as const;

/** One of {@link ladderNames}. */
export type LadderName = (typeof ladderNames)[number];

/**
 * The levels that the terms of a sum are taken apart into, so that each level adds up exactly in doubles, in whatever order
 * an engine does it. With M = 1.5·2^(k+52), h = (r + M) − M is r rounded to a multiple of 2^k; r − h is exact, at most
 * 2^(k−1), and what the next level gets (Demmel and Nguyen, "Fast reproducible floating-point summation", 2013). Multiples
 * of 2^k add up exactly while the sum of their magnitudes is at most 2^(k+53), so the number of rows has a limit.
 */
export interface Ladder {
  /** The exponent k of each level, falling. */
  readonly exponents: readonly number[];
  /** Terms have to be below 2^top in magnitude. */
  readonly top: number;
  /** The most rows that a group may have: a power of two. */
  readonly rows: number;
}

/** A ladder for each kind of terms. */
export type Ladders = Readonly<Record<LadderName, Ladder>>;

/** What a ladder has to take. */
export interface LadderRange {
  /** Terms are below 2^top in magnitude. */
  readonly top: number;
  /** Terms are multiples of 2^bottom. */
  readonly bottom: number;
}

/** Rows that no export has: 12.5 billion, and as many more as make a power of two. */
export const mostRows: number = 2 ** 34;
/** Doubles are multiples of 2^-1074. */
const leastExponent = -1074;
/** Sums and M stay below 2^1023. */
const mostExponent = 1023;
/** M has to be at least twice a term, which fewer rows would not leave room for. */
const fewestRows = 16;

/**
 * The ladder with the fewest levels that takes terms of a range, for sums of at most `rows` rows. Undefined where there is
 * none: sums may be too large for a double.
 */
export function planLadder({ top, bottom }: LadderRange, rows: number): Ladder | undefined {
  const bits = Math.ceil(Math.log2(Math.max(fewestRows, rows)));
  if (top + bits > mostExponent || bits > 52) return undefined;
  let exponent = Math.max(leastExponent, top + bits - 53);
  const exponents = [exponent];
  while (exponent > Math.max(leastExponent, bottom)) {
    // what the level before left is at most half of its 2^k
    exponent = Math.max(leastExponent, exponent + bits - 54);
    exponents.push(exponent);
  }
  return { exponents, top, rows: 2 ** bits };
}

/**
 * Ladders for what exports usually hold: numbers below 2^24 (16 million), with errors above 2^-28 (4e-9) or such that are
 * multiples of 2^-80. Short, as whoever asks an engine can ask again: 3, 5 and 3 levels for half a million rows, 6, 8 and 6 for 2^34.
 */
export function usualLadders(rows: number): Ladders {
  return {
    errors: sureLadder({ top: 24, bottom: -80 }, rows),
    squares: sureLadder({ top: 48, bottom: -104 }, rows),
    shares: sureLadder({ top: 24, bottom: -80 }, rows),
  };
}

/**
 * Ladders for a text that somebody else runs: numbers below 2^30 (a billion), with errors above 2^-37 (7e-12) or such that are
 * multiples of 2^-89, in as many rows as any export has. 6, 9 and 7 levels.
 */
export function wideLadders(): Ladders {
  return {
    errors: sureLadder({ top: 30, bottom: -89 }, mostRows),
    squares: sureLadder({ top: 60, bottom: -119 }, mostRows),
    shares: sureLadder({ top: 30, bottom: -99 }, mostRows),
  };
}

function sureLadder(range: LadderRange, rows: number): Ladder {
  const ladder = planLadder(range, Math.min(rows, mostRows));
  if (ladder === undefined) throw new RangeError('a usual range has a ladder');
  return ladder;
}

/**
 * The range of terms, from their largest magnitude and the smallest that is not 0 (`Infinity` where all are). Each double is a
 * multiple of its last bit.
 */
export function rangeOfTerms(largest: number, smallest: number): LadderRange {
  const top = exponentOf(largest) + 1;
  return { top, bottom: Number.isFinite(smallest) ? Math.max(leastExponent, exponentOf(smallest) - 52) : top };
}

/**
 * Whether a number can be the sum of a level: a multiple of its 2^exponent, not more than 2^53 of them. Where an engine has
 * simplified (x + M) − M, or computes otherwise than in doubles, sums are not.
 */
export function isSumOfLevel(sum: number, exponent: number): boolean {
  // in two steps, as 2^1074 is no double
  const half = Math.trunc(-exponent / 2);
  const multiple = sum * 2 ** half * 2 ** (-exponent - half);
  return Number.isInteger(multiple) && Math.abs(multiple) <= 2 ** 53 && (multiple !== 0 || sum === 0);
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The exponent of the greatest power of two that is not above a number; −1023 or less of subnormal numbers. */
function exponentOf(value: number): number {
  double[0] = value;
  return (((words[1] ?? 0) >>> 20) & 0x7ff) - 1023;
}
