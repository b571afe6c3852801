import { findMetric, listMetrics, type Metric, type MetricKind } from '../../metrics/base/metric.ts';
import type { Reading } from '../../metrics/base/reading.ts';
import type { ShownSummary } from './shown-summary.ts';
import { columnOfForecastType } from '../../schema/forecast-type.ts';

/** A figure that is shown of a window or group, in the reading that is shown or in the other one. */
export interface ShownFigure {
  readonly metric: Metric;
  /** Undefined for the reading that is shown. */
  readonly reading?: Reading;
  /** Whether groups are ranked by it. */
  readonly ranked: boolean;
}

/** The figures of these kinds, in this order. */
export function figuresOf({ forecastTypes }: ShownSummary, kinds: readonly MetricKind[]): ShownFigure[] {
  const metrics = listMetrics(forecastTypes);
  return kinds.flatMap((kind) =>
    metrics.filter((metric) => metric.kind === kind).map((metric) => ({ metric, ranked: false })),
  );
}

/**
 * What is shown of groups: the usual figures, the one that they are ranked by if it is not among those, and next to it (WAPE
 * if they are not ranked) its other reading, if the two can differ.
 */
export function groupFigures(result: ShownSummary, kinds: readonly MetricKind[]): ShownFigure[] {
  const ranked = result.worst?.metric;
  const usual = figuresOf(result, kinds);
  const first = usual.some(({ metric }) => metric.name === ranked) ? undefined : findMetric(ranked ?? '');
  const reading: Reading = result.reading === 'pooled' ? 'averaged' : 'pooled';
  return [...(first === undefined ? [] : [{ metric: first, ranked: true }]), ...usual].flatMap(({ metric }) => [
    { metric, ranked: metric.name === ranked },
    ...(metric.name === (ranked ?? 'WAPE') && hasTwoReadings(result) ? [{ metric, reading, ranked: false }] : []),
  ]);
}

/** Whether the two readings of some group can differ. */
export function hasTwoReadings({ groups, by, windows }: ShownSummary): boolean {
  if (windows.length < 2 || by.includes('window')) return false;
  for (const { windowCount } of groups) if (windowCount > 1) return true;
  return false;
}

/** The metric that is drawn beside windows and groups: what groups are ranked by, else WAPE, or the average wQL without a point forecast. */
export function drawnMetric({ worst, point }: Pick<ShownSummary, 'worst' | 'point'>): Metric | undefined {
  return findMetric(worst?.metric ?? (point === null ? 'averageWQL' : 'WAPE'));
}

/** How groups are read, in words. */
export const readingTexts: Readonly<Record<Reading, string>> = {
  pooled: 'pooled over windows',
  averaged: 'averaged over windows',
};

/** The point forecast by its column, `mean` or `p50`; undefined for none. */
export function pointName({ point }: Pick<ShownSummary, 'point'>): string | undefined {
  return point === null ? undefined : columnOfForecastType(point);
}

/** What the figures without a quantile are computed from, in words. */
export function describePoint(result: Pick<ShownSummary, 'point'>): string {
  const name = pointName(result);
  return name === undefined
    ? 'none: there is neither a mean nor a p50; --point chooses another'
    : `${name}; WAPE, RMSE, MAPE, MAE and bias are computed from it`;
}
