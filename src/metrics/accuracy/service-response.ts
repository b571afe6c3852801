import { isArray, readMember } from '../../describe-value.ts';
import { BacktestExportError } from '../../errors.ts';
import { given } from '../../given.ts';
import { describeValue } from '../../options.ts';
import { addSteps } from '../../schema/frequency.ts';
import type { ForecastSummary, Metrics } from '../base/summary.ts';

/** The response of `GetAccuracyMetrics` (service model 2018-06-26), as the JavaScript SDK returns it. */
export interface AccuracyMetricsResponse {
  readonly PredictorEvaluationResults: readonly EvaluationResult[];
}

/** One algorithm's results; an export has one, and does not name it. */
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

/** `ErrorMetric` of the service. MASE is always absent: it cannot be computed from an export. */
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
 * @throws `OPTION_INVALID` unless given a summary
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

function assertSummary(value: unknown): void {
  if (isSummary(value)) return;
  const found = typeof readMember(value, 'then') === 'function' ? 'a promise: await it first' : describeValue(value);
  const problem = `toAccuracyMetrics: expected the result of summarize, found ${found}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/** Whether a value has what is read from a summary. */
function isSummary(value: unknown): boolean {
  const windows = readMember(value, 'windows');
  const frequency = readMember(value, 'frequency');
  const hasMetrics = (part: unknown): boolean => {
    const losses = readMember(readMember(part, 'metrics'), 'wQL');
    return typeof losses === 'object' && losses !== null && !isArray(losses);
  };
  const hasFrequency = frequency === null || typeof readMember(frequency, 'unit') === 'string';
  return isArray(windows) && [...windows, readMember(value, 'summary')].every(hasMetrics) && hasFrequency;
}

function toServiceMetrics(metrics: Metrics, point: string | null): AccuracyMetrics {
  const losses = Object.entries(metrics.wQL)
    .flatMap(([quantile, loss]) => (loss === null ? [] : [{ Quantile: Number(quantile), LossValue: loss }]))
    .sort((a, b) => b.Quantile - a.Quantile);
  const [WAPE, RMSE, MAPE] = [metrics.WAPE, metrics.RMSE, metrics.MAPE].map((figure) => figure ?? undefined);
  const errors = given({ WAPE, RMSE, MAPE });
  return given({
    RMSE,
    WeightedQuantileLosses: losses.length === 0 ? undefined : losses,
    ErrorMetrics: point === null || Object.keys(errors).length === 0 ? undefined : [{ ForecastType: point, ...errors }],
    AverageWeightedQuantileLoss: metrics.averageWQL ?? undefined,
  });
}
