import { quantilesOf } from '../schema/forecast-type.ts';
import { addSteps, type Frequency } from '../schema/frequency.ts';
import { seasonOf } from '../schema/season.ts';
import { percentOf } from './plan-files.ts';
import { normalQuantile } from './normal-quantiles.ts';
import { Random } from './random.ts';
import type { ResolvedOptions } from './resolve-options.ts';
import type { SlowWindow } from './slow-metrics.ts';

/** What all series of an export share. */
export interface SignalPlan {
  readonly options: ResolvedOptions;
  /** Steps of training history before the first window. */
  readonly history: number;
  readonly season: number;
  /** Demand factor per step of the whole series, including history. */
  readonly factors: Float64Array;
  /** Normal quantile of each exported quantile, in ascending order. */
  readonly scores: Float64Array;
}

/** Plans the signal: two seasons of history (at least 24 steps), then the windows. */
export function planSignal(options: ResolvedOptions): SignalPlan {
  const { frequency, firstWindowStart, windows, windowOffset, horizon } = options;
  const season = seasonOf(frequency);
  const history = Math.max(24, 2 * season);
  const factors = new Float64Array(history + (windows - 1) * windowOffset + horizon);
  for (let step = 0; step < factors.length; step++) {
    factors[step] = demandFactor(addSteps(frequency, firstWindowStart, step - history), frequency);
  }
  const scores = Float64Array.from(quantilesOf(options.forecastTypes), (quantile) =>
    normalQuantile(percentOf(quantile)),
  );
  return { options, history, season, factors, scores };
}

/**
 * The values of one time series at a time: actuals like hourly demand (whole numbers, a level, a season, noise) and
 * forecasts around the same signal. Uses only + - * / and floor, so that every engine gives the same bits. The arrays
 * are reused for the next series.
 */
export class SeriesMaker {
  readonly actuals: Float64Array;
  readonly mean: Float64Array;
  /** Forecasts per exported quantile, in ascending order. */
  readonly quantiles: readonly Float64Array[];
  private readonly plan: SignalPlan;
  private readonly labels: readonly string[];
  private random: Random;
  private level = 0;
  private swing = 0;

  constructor(plan: SignalPlan) {
    this.plan = plan;
    this.labels = quantilesOf(plan.options.forecastTypes);
    this.actuals = new Float64Array(plan.factors.length);
    this.mean = new Float64Array(plan.options.horizon);
    this.quantiles = Array.from(plan.scores, () => new Float64Array(plan.options.horizon));
    this.random = new Random(plan.options.seed, 0);
  }

  /** Makes the actuals of series `index`: history and all windows. */
  startSeries(index: number): void {
    const { options, factors, history } = this.plan;
    const random = new Random(options.seed, index);
    this.random = random;
    const size = random.uniform();
    this.level = 3 + 400 * size * size * size;
    this.swing = 0.3 + 0.7 * random.uniform();
    for (let step = 0; step < factors.length; step++) {
      const demand = this.expect(step) * (1 + 0.25 * random.bell());
      const none = random.uniform() < options.zeroActuals;
      this.actuals[step] = none || demand < 0 ? 0 : Math.floor(demand + 0.5);
    }
    if (options.zeroWindow >= 0) {
      const start = history + options.zeroWindow * options.windowOffset;
      this.actuals.fill(0, start, start + options.horizon);
    }
  }

  /** Makes the forecasts of a window; false if its actuals are missing, so it has no rows. Call in window order. */
  startWindow(window: number): boolean {
    const { options, history } = this.plan;
    const present = this.random.uniform() >= options.missingActuals;
    const start = history + window * options.windowOffset;
    for (let step = 0; step < options.horizon; step++) this.forecastStep(step, this.expect(start + step));
    return present;
  }

  /** The window as input of the slow metrics; borrowed until the next one is made. */
  slowWindow(window: number): SlowWindow {
    const { options, history, season } = this.plan;
    const start = history + window * options.windowOffset;
    return {
      actuals: this.actuals.subarray(start, start + options.horizon),
      mean: this.mean,
      quantiles: this.quantiles.map((forecasts, index) => ({ quantile: this.labels[index] ?? '', forecasts })),
      training: this.actuals.subarray(0, start),
      season,
    };
  }

  private expect(step: number): number {
    return this.level * (1 + this.swing * ((this.plan.factors[step] ?? 1) - 1));
  }

  private forecastStep(step: number, expected: number): void {
    const { options, scores } = this.plan;
    const random = this.random;
    const center = expected * (1 + 0.12 * random.bell());
    const spread = 0.24 + 0.12 * random.uniform();
    const shift = random.uniform() < options.negativeForecasts ? 1.9 * center : 0;
    const crossed = random.uniform() < options.crossedQuantiles;
    this.mean[step] = center * (1 + 0.03 * random.uniform()) - shift;
    for (let index = 0; index < scores.length; index++) {
      const forecasts = this.quantiles[index];
      if (forecasts !== undefined) forecasts[step] = center * (1 + spread * (scores[index] ?? 0)) - shift;
    }
    if (crossed) exchangeEnds(this.quantiles, step);
  }
}

function exchangeEnds(quantiles: readonly Float64Array[], step: number): void {
  const first = quantiles[0];
  const last = quantiles.at(-1);
  if (first === undefined || last === undefined) return;
  const value = first[step] ?? 0;
  first[step] = last[step] ?? 0;
  last[step] = value;
}

const hours = [
  0.42, 0.33, 0.28, 0.26, 0.3, 0.45, 0.74, 1.12, 1.43, 1.31, 1.18, 1.22, 1.29, 1.24, 1.2, 1.27, 1.44, 1.68, 1.61, 1.38,
  1.14, 0.93, 0.74, 0.54,
];
const weekdays = [0.88, 1.06, 1.04, 1.05, 1.08, 1.12, 0.77];
const months = [0.82, 0.84, 0.93, 1.0, 1.07, 1.12, 1.1, 1.05, 1.04, 1.0, 0.97, 1.06];

/** How demand at `time` compares with the average (1): by hour and weekday below a day, weekday, or month. */
function demandFactor(time: number, frequency: Frequency): number {
  const date = new Date(time);
  const weekday = weekdays[date.getUTCDay()] ?? 1;
  if (frequency.unit === 'hour' || frequency.unit === 'minute') return (hours[date.getUTCHours()] ?? 1) * weekday;
  if (frequency.unit === 'day') return weekday;
  return months[date.getUTCMonth()] ?? 1;
}
