import type { ForecastType } from '../schema/schema.ts';

/** One backtest window of one time series. All arrays except `training` have one value per step. */
export interface SlowWindow {
  /** y, the actuals (`target_value`); none missing. */
  readonly actuals: Float64Array;
  /** m, the mean forecast. */
  readonly mean: Float64Array;
  /** The quantiles as the API spells them, in ascending order, and their forecasts. */
  readonly quantiles: readonly { readonly quantile: ForecastType; readonly forecasts: Float64Array }[];
  /** The series before the window, oldest first: the Y of MASE; longer than `season`. */
  readonly training: Float64Array;
  /** s of MASE, in steps. */
  readonly season: number;
}

/** The metrics of one row of `accuracy-metrics-values`; `wQL` in the order of the quantiles. */
export interface SlowMetrics {
  readonly wQL: readonly number[];
  /** NaN without quantiles. */
  readonly averageWQL: number;
  readonly RMSE: number;
  /** The plain sum of |y - m|, which published item-level files contain as WAPE. */
  readonly absoluteError: number;
  /** The ratio `absoluteError` / sum of |y|; only the numerator if that is 0. */
  readonly WAPE: number;
  /** Points with y = 0 add nothing but are counted. */
  readonly MAPE: number;
  /** Only the mean |y - m| if the training series does not change over a season. */
  readonly MASE: number;
}

/**
 * The metrics of one window by their definitions (FORMAT.md, "Metric definitions"), in plain loops with compensated
 * sums. Shares no code with the library's metrics, so that each can check the other.
 */
export function measureSlowly(window: SlowWindow): SlowMetrics {
  const { actuals, mean, quantiles } = window;
  const count = actuals.length;
  const absoluteActuals = new CompensatedSum();
  for (const actual of actuals) absoluteActuals.add(Math.abs(actual));
  const scale = absoluteActuals.value === 0 ? 1 : absoluteActuals.value;

  const wQL = quantiles.map(
    ({ quantile, forecasts }) => (2 * quantileLoss(actuals, forecasts, Number(quantile))) / scale,
  );
  const squares = new CompensatedSum();
  const absolutes = new CompensatedSum();
  const shares = new CompensatedSum();
  for (let step = 0; step < count; step++) {
    const actual = actuals[step] ?? Number.NaN;
    const error = actual - (mean[step] ?? Number.NaN);
    squares.add(error * error);
    absolutes.add(Math.abs(error));
    if (actual !== 0) shares.add(Math.abs(error) / Math.abs(actual));
  }
  return {
    wQL,
    averageWQL: averageOf(wQL),
    RMSE: Math.sqrt(squares.value / count),
    absoluteError: absolutes.value,
    WAPE: absolutes.value / scale,
    MAPE: shares.value / count,
    MASE: absolutes.value / count / seasonalScale(window.training, window.season),
  };
}

/** The arithmetic mean, as in a Summary row over its windows; NaN for no values. */
export function averageOf(values: readonly number[]): number {
  const sum = new CompensatedSum();
  for (const value of values) sum.add(value);
  return values.length === 0 ? Number.NaN : sum.value / values.length;
}

/** Sum of tau * max(y - q, 0) + (1 - tau) * max(q - y, 0), without the factor 2. */
function quantileLoss(actuals: Float64Array, forecasts: Float64Array, tau: number): number {
  const sum = new CompensatedSum();
  for (let step = 0; step < actuals.length; step++) {
    const error = (actuals[step] ?? Number.NaN) - (forecasts[step] ?? Number.NaN);
    sum.add(tau * Math.max(error, 0) + (1 - tau) * Math.max(-error, 0));
  }
  return sum.value;
}

/** (1 / (T - s)) * sum of |Y_t - Y_(t-s)|, or 1 if that is 0. */
function seasonalScale(training: Float64Array, season: number): number {
  const sum = new CompensatedSum();
  for (let step = season; step < training.length; step++) {
    sum.add(Math.abs((training[step] ?? Number.NaN) - (training[step - season] ?? Number.NaN)));
  }
  const scale = sum.value / (training.length - season);
  return scale === 0 ? 1 : scale;
}

/** Neumaier's sum: the rounding errors are summed separately and added at the end. */
class CompensatedSum {
  private sum = 0;
  private dropped = 0;

  add(value: number): void {
    const next = this.sum + value;
    if (Math.abs(this.sum) >= Math.abs(value)) this.dropped += this.sum - next + value;
    else this.dropped += value - next + this.sum;
    this.sum = next;
  }

  get value(): number {
    return this.sum + this.dropped;
  }
}
