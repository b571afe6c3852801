import { BacktestExportError } from '../../errors.ts';
import { describeValue } from '../../options.ts';
import { addSteps } from '../../schema/frequency.ts';
import type { Figure, ForecastSummary, Metrics } from '../base/summary.ts';

/** The response of `GetAccuracyMetrics` (service model 2018-06-26), as the JavaScript SDK gives it. */
export interface AccuracyMetricsResponse {
  readonly PredictorEvaluationResults: readonly EvaluationResult[];
}

/** One algorithm's results; an export holds one, and does not name it. */
export interface EvaluationResult {
  /** The summary first, then the windows by start. */
  readonly TestWindows: readonly TestWindow[];
}

/** `WindowSummary` of the service. The summary has neither dates nor an item count. */
export interface TestWindow {
  readonly EvaluationType: 'SUMMARY' | 'COMPUTED';
  readonly TestWindowStart?: Date;
  /** Exclusive, as the service gives it: one step after the file's inclusive end, where the frequency is known. */
  readonly TestWindowEnd?: Date;
  readonly ItemCount?: number;
  readonly Metrics: AccuracyMetrics;
}

/** `Metrics` of the service. A figure that cannot be computed is absent. */
export interface AccuracyMetrics {
  readonly RMSE?: number;
  /** Quantiles falling. */
  readonly WeightedQuantileLosses?: readonly { readonly Quantile: number; readonly LossValue: number }[];
  /** One entry, for the summary's point forecast: `mean`, where there is one. `WAPE` is the ratio. */
  readonly ErrorMetrics?: readonly ErrorMetric[];
  readonly AverageWeightedQuantileLoss?: number;
}

/** `ErrorMetric` of the service. MASE is never there: it cannot be computed from an export. */
export interface ErrorMetric {
  /** `mean`, or a quantile such as `0.5` where the figures are of that. */
  readonly ForecastType: string;
  readonly WAPE?: number;
  readonly RMSE?: number;
  readonly MAPE?: number;
}

/**
 * A summary in the shape of the `GetAccuracyMetrics` response. Where the summary's frequency is unknown (steps were not
 * grouped by and it was not given) `TestWindowEnd` is the file's inclusive end.
 * @throws `OPTION_INVALID` for what is no summary
 */
export function toAccuracyMetrics(summary: ForecastSummary): AccuracyMetricsResponse {
  assertSummary(summary);
  const { frequency, point } = summary;
  const windows = summary.windows.map((window): TestWindow => {
    const end = Date.parse(window.end);
    return {
      TestWindowStart: new Date(window.start),
      TestWindowEnd: new Date(frequency === null ? end : addSteps(frequency, end, 1)),
      ItemCount: window.itemCount,
      EvaluationType: 'COMPUTED',
      Metrics: toServiceMetrics(window.metrics, point),
    };
  });
  const overall: TestWindow = { EvaluationType: 'SUMMARY', Metrics: toServiceMetrics(summary.summary.metrics, point) };
  return { PredictorEvaluationResults: [{ TestWindows: [overall, ...windows] }] };
}

function assertSummary(given: unknown): void {
  if (typeof given === 'object' && given !== null && 'windows' in given && 'summary' in given) {
    if (Array.isArray(given.windows) && typeof given.summary === 'object' && given.summary !== null) return;
  }
  const found = given instanceof Promise ? 'a promise: await it first' : describeValue(given);
  const problem = `toAccuracyMetrics: expected what summarize answers, found ${found}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

function toServiceMetrics(metrics: Metrics, point: string | null): AccuracyMetrics {
  const losses = Object.entries(metrics.wQL)
    .flatMap(([quantile, loss]) => (loss === null ? [] : [{ Quantile: Number(quantile), LossValue: loss }]))
    .sort((a, b) => b.Quantile - a.Quantile);
  const errors = { ...member('WAPE', metrics.WAPE), ...member('RMSE', metrics.RMSE), ...member('MAPE', metrics.MAPE) };
  return {
    ...member('RMSE', metrics.RMSE),
    ...(losses.length === 0 ? {} : { WeightedQuantileLosses: losses }),
    ...(point === null || Object.keys(errors).length === 0
      ? {}
      : { ErrorMetrics: [{ ForecastType: point, ...errors }] }),
    ...member('AverageWeightedQuantileLoss', metrics.averageWQL),
  };
}

function member<Name extends string>(name: Name, value: Figure): { [name in Name]?: number } {
  const members: { [name in Name]?: number } = {};
  if (value !== null) members[name] = value;
  return members;
}
