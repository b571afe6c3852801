import type { MetricColumn } from './arithmetic.ts';
import { run as layout } from '../records/record-fields.ts';
import type { Records } from '../records/series-records.ts';

/** The sums of a window of one time series: of one run, or of several that share no row. */
export interface WindowSums {
  readonly count: number;
  readonly absoluteActuals: number;
  readonly absoluteErrors: number;
  readonly squaredErrors: number;
  readonly errorShares: number;
  readonly losses: readonly number[];
}

/** Sums the runs at these offsets. */
export function sumRuns({ doubles, words, width }: Records, runs: readonly number[]): WindowSums {
  const sum = (offset: number): number => runs.reduce((total, at) => total + (doubles[at + offset] ?? Number.NaN), 0);
  return {
    count: runs.reduce((total, at) => total + (words[2 * at + layout.countWord] ?? 0), 0),
    absoluteActuals: sum(layout.absoluteActuals),
    absoluteErrors: sum(layout.absoluteErrors),
    squaredErrors: sum(layout.squaredErrors),
    errorShares: sum(layout.errorShares),
    losses: Array.from({ length: width - layout.losses }, (_, index) => sum(layout.losses + index)),
  };
}

/**
 * A metric of a Computed row by the definitions of `docs/metrics.md`; WAPE and wQL are the numerator where Σ|y| is 0,
 * and MAPE counts points whose actual is 0 without adding to its sum. NaN for a wQL without its quantile. MASE
 * takes the mean change over a season, from the history.
 */
export function recompute(column: MetricColumn, sums: WindowSums, seasonalChange: number): number {
  const { count, absoluteErrors } = sums;
  switch (column.metric) {
    case 'wQL':
      return column.quantile < 0 ? Number.NaN : quantileLoss(sums, sums.losses[column.quantile] ?? Number.NaN);
    case 'averageWQL':
      if (column.quantile < 0) return Number.NaN;
      return sums.losses.reduce((total, loss) => total + quantileLoss(sums, loss), 0) / sums.losses.length;
    case 'RMSE':
      return Math.sqrt(sums.squaredErrors / count);
    case 'WAPE':
      return ratioToActuals(sums, absoluteErrors);
    case 'MAPE':
      return sums.errorShares / count;
    case 'MASE':
      break;
  }
  return absoluteErrors / count / seasonalChange;
}

function quantileLoss(sums: WindowSums, loss: number): number {
  return ratioToActuals(sums, 2 * loss);
}

function ratioToActuals({ absoluteActuals }: WindowSums, numerator: number): number {
  return absoluteActuals === 0 ? numerator : numerator / absoluteActuals;
}
