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
