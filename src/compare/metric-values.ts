import { relativeDifference } from '../batch/relative-difference.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { pointMetrics } from '../metrics/forecast/figures.ts';
import { nameList } from '../quote-text.ts';
import type { Figure, Metrics } from '../metrics/base/summary.ts';
import type { ComparedFigure, Verdict } from './comparison.ts';

/** The metrics of an export with these forecast types and this point forecast, by name, in the order of a summary. */
export function metricNames(forecastTypes: readonly string[], point: string | null): string[] {
  const quantiles = forecastTypes.filter((type) => type !== 'mean');
  return [
    ...(quantiles.length > 0 ? ['averageWQL', ...quantiles.map((type) => `wQL[${type}]`)] : []),
    ...(point === null ? [] : pointMetrics),
    ...quantiles.map((type) => `coverage[${type}]`),
  ];
}

/** The asked-for metrics in their own order. @throws `OPTION_INVALID` for a name that the exports do not have. */
export function chooseMetrics(
  forecastTypes: readonly string[],
  point: string | null,
  asked: readonly string[] | undefined,
): string[] {
  const known = metricNames(forecastTypes, point);
  const unknown = asked?.find((name) => !known.includes(name));
  if (unknown === undefined) return known.filter((name) => asked?.includes(name) ?? true);
  const problem = `expected metrics to hold any of ${nameList(known)}, found ${quoteText(unknown)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/** A metric by its name. */
export function metricValue(metrics: Metrics, name: string): Figure {
  const type = /^[^[]*\[(.+)\]$/.exec(name)?.[1];
  if (type !== undefined) return (name.startsWith('wQL') ? metrics.wQL : metrics.coverage)[type] ?? null;
  const { averageWQL, WAPE, WAPESum, RMSE, MAPE, MAE, bias } = metrics;
  const plain: Readonly<Record<string, Figure>> = { averageWQL, WAPE, WAPESum, RMSE, MAPE, MAE, bias };
  return plain[name] ?? null;
}

/** What a smaller value of is better: the figure, the magnitude of a bias, the distance of a coverage. */
export function errorOf(name: string, value: Figure): Figure {
  if (value === null || name.startsWith('wQL')) return value;
  const type = /^coverage\[(.+)\]$/.exec(name)?.[1];
  if (type !== undefined) return Math.abs(value - Number(type));
  return name === 'bias' ? Math.abs(value) : value;
}

/** One metric of several exports, each against the first. */
export function compareFigure(metric: string, values: readonly Figure[], tolerance: number): ComparedFigure {
  const errors = values.map((value) => errorOf(metric, value));
  const [base = null] = errors;
  const ratios = errors.map((error) => (error === null || base === null || base === 0 ? null : error / base));
  return {
    metric,
    values,
    ratios,
    skills: ratios.map((ratio) => (ratio === null ? null : 1 - ratio)),
    verdicts: errors.map((error) => verdictOf(base, error, tolerance)),
  };
}

/** Whether all values are the same figure within the tolerance; figures that are missing everywhere are. */
export function sameFigures(values: readonly Figure[], tolerance: number): boolean {
  const [base = null] = values;
  return values.every((value) =>
    value === null || base === null ? value === base : relativeDifference(base, value) <= tolerance,
  );
}

function verdictOf(base: Figure, error: Figure, tolerance: number): Verdict | null {
  if (base === null || error === null) return null;
  if (relativeDifference(base, error) <= tolerance) return 'same';
  return error < base ? 'better' : 'worse';
}
