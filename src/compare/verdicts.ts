import { relativeDifference } from '../batch/columns/relative-difference.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { findMetric, listMetrics, type Metric } from '../metrics/base/metric.ts';
import { nameList } from '../quote-text.ts';
import type { Figure } from '../metrics/base/summary.ts';
import type { ComparedFigure, Rank, Ranking, Verdict } from './result.ts';

/**
 * The metrics of exports with these forecast types and this point forecast, `averageWQL` first; only the requested ones
 * where any are.
 * @throws `OPTION_INVALID` for a name that the exports do not have
 */
export function chooseMetrics(
  forecastTypes: readonly string[],
  point: string | null,
  asked: readonly string[] | undefined,
): Metric[] {
  const lacking = new Set<Metric['of']>(['history']);
  if (point === null) lacking.add('point');
  if (forecastTypes.every((type) => type === 'mean')) lacking.add('quantiles');
  const known = listMetrics(forecastTypes)
    .filter(({ of }) => !lacking.has(of))
    .sort((a, b) => Number(b.of === 'quantiles') - Number(a.of === 'quantiles'));
  const names = known.map(({ name }) => name);
  const unknown = asked?.find((name) => !names.includes(name));
  if (unknown === undefined) return known.filter(({ name }) => asked?.includes(name) ?? true);
  const problem = `expected metrics to hold any of ${nameList(names)}, found ${quoteText(unknown)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/** One metric of several exports, each against the first. */
export function compareFigure(metric: Metric, values: readonly Figure[], tolerance: number): ComparedFigure {
  const errors = errorsOf(metric, values);
  const [base = null] = errors;
  const ratios = errors.map((error) => (error === null || base === null || base === 0 ? null : error / base));
  return {
    metric: metric.name,
    values,
    ratios,
    skills: ratios.map((ratio) => (ratio === null ? null : 1 - ratio)),
    verdicts: errors.map((error) => verdictOf(base, error, tolerance)),
  };
}

/** Whether all values are equal within the tolerance, or missing everywhere. */
export function sameFigures(values: readonly Figure[], tolerance: number): boolean {
  const [base = null] = values;
  return values.every((value) =>
    value === null || base === null ? value === base : relativeDifference(base, value) <= tolerance,
  );
}

/** Orders the exports by one metric, best first; equal errors share a rank, missing figures come last. */
export function rankFigures({ metric, values, skills }: ComparedFigure): Ranking {
  const errors = errorsOf(findMetric(metric), values);
  const order = [...values.keys()].sort((a, b) => (errors[a] ?? Infinity) - (errors[b] ?? Infinity) || a - b);
  let rank = 0;
  const ranks = order.map((index, place): Rank => {
    const error = errors[index] ?? null;
    if (place === 0 || error !== errors[order[place - 1] ?? -1]) rank = place + 1;
    return {
      rank: error === null ? null : rank,
      export: index,
      value: values[index] ?? null,
      skill: skills[index] ?? null,
    };
  });
  return { metric, ranks };
}

function errorsOf(metric: Metric | undefined, values: readonly Figure[]): Figure[] {
  return values.map((value) => (value === null ? null : (metric?.errorOf(value) ?? value)));
}

function verdictOf(base: Figure, error: Figure, tolerance: number): Verdict | null {
  if (base === null || error === null) return null;
  if (relativeDifference(base, error) <= tolerance) return 'same';
  return error < base ? 'better' : 'worse';
}
