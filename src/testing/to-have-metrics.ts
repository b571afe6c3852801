import { chooseMetrics } from '../compare/verdicts.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { given } from '../given.ts';
import { choosePoint } from '../metrics/forecast/point-forecast.ts';
import { nameList } from '../quote-text.ts';
import { summarize, type ExportSummary } from '../metrics/summarize.ts';
import { metricValue } from '../metrics/base/metric.ts';
import type { Metrics } from '../metrics/base/summary.ts';
import { assertKind, assertOptions, readable, timeOf } from '../options.ts';
import { assertMetric, describeBounds, isBounds, isWithin } from './metric-bounds.ts';
import { nameOf, plainTable, toExport, type ExportLike, type MatcherContext, type MatcherResult } from './matcher.ts';

/**
 * By metric (`WAPE`, `averageWQL`, `wQL[0.9]`, `coverage[0.9]` …) a number, null, {@link MetricBounds}, or a matcher such as
 * `expect.closeTo`.
 */
export type ExpectedMetrics = Readonly<Record<string, unknown>>;

/** Options of `toHaveMetrics`. */
export interface HaveMetricsOptions {
  /** Start of the backtest window: a Date, or ISO 8601. Default: all windows together. */
  readonly window?: string | Date;
  /** The forecast type for WAPE, RMSE, MAPE, MAE and bias; default `mean` if it exists, else p50. */
  readonly point?: string;
}

/** The implementation of `toHaveMetrics`, with the figures of `summarize`. */
export async function toHaveMetrics(
  context: MatcherContext,
  received: ExportLike,
  expected: ExpectedMetrics,
  options: HaveMetricsOptions = {},
): Promise<MatcherResult> {
  assertOptions('toHaveMetrics', options, { window: 'anything', point: 'text' });
  assertKind('toHaveMetrics', expected, 'an object');
  const source = await toExport(received);
  const wanted = readable('toHaveMetrics', () => Object.entries(expected));
  for (const [name, value] of wanted) assertMetric(`toHaveMetrics.${quoteText(name, '')}`, value);
  const names = wanted.map(([name]) => name);
  // a misspelled metric must not pass with `not`
  chooseMetrics(source.forecastTypes, choosePoint(source.forecastTypes, options.point), names);
  const summary = await summarize(source, { accuracyMetrics: false, ...given({ point: options.point }) });
  const { metrics, scope } = choose(summary, options.window);
  const wrong = wanted.filter(([name, value]) => {
    const found = metricValue(metrics, name);
    return isBounds(value) ? !isWithin(found, value) : !context.equals(found, value);
  });
  const pass = wrong.length === 0;
  const show = (value: unknown): string => context.utils.stringify(value);
  const rows = wrong.map(([name, value]) => [
    name,
    isBounds(value) ? describeBounds(value) : show(value),
    show(metricValue(metrics, name)),
  ]);
  const name = `${nameOf(source)}, ${scope},`;
  const message = pass
    ? `expected ${name} not to have ${show(expected)}, but it does`
    : `expected ${name} to have these metrics\n\n${plainTable([['metric', 'expected', 'found'], ...rows])}`;
  return { pass, message: () => message };
}

function choose(summary: ExportSummary, window: string | Date | undefined): { metrics: Metrics; scope: string } {
  if (window === undefined) return { metrics: summary.summary.metrics, scope: 'over all windows' };
  if (typeof window !== 'string') assertKind('toHaveMetrics.window', window, 'a Date');
  const start = typeof window === 'string' ? parseStart(window) : timeOf(window);
  const found = summary.windows.find((each) => Date.parse(each.start) === start);
  if (found !== undefined) return { metrics: found.metrics, scope: `window of ${found.start}` };
  const starts = nameList(summary.windows.map((each) => each.start));
  throw new BacktestExportError('OPTION_INVALID', `expected the start of a window, ${starts}, found ${String(window)}`);
}

/** Times without a zone are UTC, as in an export. */
function parseStart(text: string): number {
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}${text.includes('T') ? 'Z' : ''}`);
  if (!Number.isNaN(time)) return time;
  const problem = `expected a time such as 2019-01-01T00:00:00, found ${quoteText(text)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}
