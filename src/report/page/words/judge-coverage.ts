import type { Counts, Figure } from '../../../metrics/base/summary.ts';
import { thresholds } from './thresholds.ts';

/** How the share of actuals compares with the one that was promised. */
export interface CoverageVerdict {
  readonly level: 'close' | 'slight' | 'clear';
  /** Whether the difference is no more than rows independent of each other would show by chance. */
  readonly byChance: boolean;
  /**
   * Whether it covers more than promised, but by no more than the share of actuals that are 0: a forecast of 0 covers all of these,
   * although it may be the right quantile.
   */
  readonly byZeros: boolean;
  /** Below 0 where the forecast covers too little. */
  readonly off: number;
}

/** Judges a coverage; undefined where there is none. */
export function judgeCoverage(
  coverage: Figure,
  nominal: number,
  { actuals: rows, zeroActuals }: Pick<Counts, 'actuals' | 'zeroActuals'>,
): CoverageVerdict | undefined {
  if (coverage === null) return undefined;
  const off = coverage - nominal;
  const size = Math.abs(off);
  const spread = Math.sqrt((nominal * (1 - nominal)) / Math.max(1, rows));
  const level = within(size, thresholds.coverageClose)
    ? 'close'
    : within(size, thresholds.coverageFar)
      ? 'slight'
      : 'clear';
  return {
    level,
    byChance: within(size, thresholds.chance * spread),
    byZeros: off > 0 && within(off, zeroActuals / Math.max(1, rows)),
    off,
  };
}

/** Nominal shares are hundredths and differences of doubles: what is a threshold on paper counts as one. */
function within(size: number, limit: number): boolean {
  return size <= limit + 1e-9;
}
