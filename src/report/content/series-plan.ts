import { columnsOf } from '../../schema/columns-of.ts';
import type { ForecastType, TableSchema } from '../../schema/schema.ts';
import type { ReportedItem, SeriesReason } from '../base/report.ts';

/** A time series of an export. */
export interface SeriesKey {
  readonly item: string;
  /** By number of {@link seriesDimensions}. */
  readonly dimensions: readonly string[];
}

/** Which series a part's task keeps for drawing. Plain data, the same for every part. */
export interface SeriesPlan {
  /** Of forecasted-values. */
  readonly schema: TableSchema;
  /** The forecast type that errors are measured of; null for none. */
  readonly point: ForecastType | null;
  /** The metric that items are ranked by, as `rankingMetric` gives it; null for none. */
  readonly rankBy: string | null;
  /** Ids of items of which every series is kept. */
  readonly chosen: readonly string[];
  /** Only these are kept, and nothing is ranked: when parts are read again. */
  readonly only?: readonly SeriesKey[];
}

/** An item whose forecasts are drawn. */
export interface DrawnItem {
  readonly item: ReportedItem;
  readonly reasons: readonly SeriesReason[];
  /** Rows of the series in windows: `counts.rows` of its group. */
  readonly rows: number;
}

/** Series that are drawn at most. */
export const mostDrawn = 50;
/** How many of the costliest, the worst and the best are drawn. */
export const drawnCostliest = 2;
export const drawnWorst = 2;
export const drawnBest = 1;
/** The series of which the one nearest to the median is taken: those with the lowest hashes. */
export const mostSampled = 32;

/** Words that mean something else among the keys of groups. */
const groupingWords = new Set(['item', 'step', 'window']);

/** The dimensions that tell series apart, in the order of the schema: those that groups can be formed by. */
export function seriesDimensions({ dimensions }: Pick<TableSchema, 'dimensions'>): string[] {
  return dimensions.filter((name) => !groupingWords.has(name));
}

/** Columns that a collector of series needs in its batches. */
export function seriesColumns(schema: TableSchema): string[] {
  const { item, windowStart, windowEnd, timestamp, target, mean, quantiles } = columnsOf(schema);
  const forecasts = [...(mean === undefined ? [] : [mean]), ...quantiles.map(({ name }) => name)];
  return [item, ...seriesDimensions(schema), windowStart, windowEnd, timestamp, target, ...forecasts];
}

/** The order of two series: texts by code unit, as groups are ordered. */
export function compareSeries(a: SeriesKey, b: SeriesKey): number {
  let order = compareText(a.item, b.item);
  for (let at = 0; order === 0 && at < a.dimensions.length; at++) {
    order = compareText(a.dimensions[at] ?? '', b.dimensions[at] ?? '');
  }
  return order;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A text that is the same for two series only if they are the same. */
export function seriesName({ item, dimensions }: SeriesKey): string {
  return JSON.stringify([item, ...dimensions]);
}
