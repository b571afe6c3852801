import { metricValue } from '../../metrics/base/metric.ts';
import type { ExportSummary } from '../../metrics/summarize.ts';
import type { Reading } from '../../metrics/base/reading.ts';
import type { Metrics } from '../../metrics/base/summary.ts';
import { columnOfForecastType } from '../../schema/forecast-type.ts';
import { hasTwoReadings } from './summary-rows.ts';

/** A figure that is shown of a window or group: by its name, in the reading that is shown or in the other one. */
export interface ShownFigure {
  /** As `worst.metric` has it. */
  readonly metric: string;
  /** Undefined for the reading that is shown. */
  readonly reading?: Reading;
  /** The figure that groups are ranked by. */
  readonly ranked: boolean;
}

/**
 * What is shown of groups: the usual figures, the one that they are ranked by if it is none of those, and beside it (WAPE
 * where they are not ranked) its other reading, where the two can differ.
 */
export function groupFigures(result: ExportSummary, usual: readonly string[]): ShownFigure[] {
  const { worst, reading } = result;
  const ranked = worst?.metric ?? '';
  const shown = usual.includes(ranked) || worst === null ? usual : [ranked, ...usual];
  const other: Reading = reading === 'pooled' ? 'averaged' : 'pooled';
  const beside = worst?.metric ?? 'WAPE';
  return shown.flatMap((metric): ShownFigure[] => [
    { metric, ranked: metric === ranked },
    ...(metric === beside && hasTwoReadings(result) ? [{ metric, reading: other, ranked: false }] : []),
  ]);
}

/** The value of a figure in a group's readings. */
export function shownValue(
  figure: ShownFigure,
  metrics: { readonly pooled: Metrics; readonly averaged: Metrics },
  reading: Reading,
): number | null {
  return metricValue(metrics[figure.reading ?? reading], figure.metric);
}

/** How groups are read, in words. */
export const readingTexts: Readonly<Record<Reading, string>> = {
  pooled: 'pooled over windows',
  averaged: 'averaged over windows',
};

/** The point forecast by its column, `mean` or `p50`; undefined for none. */
export function pointName({ point }: Pick<ExportSummary, 'point'>): string | undefined {
  return point === null ? undefined : columnOfForecastType(point);
}

/** What the figures without a quantile are of, in words. */
export function describePoint(result: Pick<ExportSummary, 'point'>): string {
  const name = pointName(result);
  return name === undefined
    ? 'none: there is no mean and no p50; --point chooses another'
    : `${name}; WAPE, RMSE, MAPE, MAE and bias are of it`;
}
