import { columnsOf } from '../../schema/columns-of.ts';
import type { ForecastType, TableSchema } from '../../schema/schema.ts';
import { nominalShare } from '../base/metric.ts';
import { map } from './kernel/map.generated.ts';
import { choosePoint } from './point-forecast.ts';

/** A symmetric interval of an export: numbers of its forecast types. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  /** The share of actuals inside a calibrated one. */
  readonly nominal: number;
}

/**
 * What a group record of the kernel holds, worked out from an export's forecast types, and which of the sums that
 * `finishGroup` writes is which. Types are numbered as in `types`: mean first, then quantiles rising.
 */
export interface RecordShape {
  readonly types: readonly ForecastType[];
  /** Header name of the column of each type. */
  readonly columns: readonly string[];
  readonly hasMean: boolean;
  /** Number of the type that plain errors are measured of; -1 for none. m below. */
  readonly point: number;
  /** Widest first. */
  readonly intervals: readonly Interval[];
  /** Counts of a record. */
  readonly counts: number;
  /** Sums that `finishGroup` writes. The first is Σ|y|, then Σ of errors under and over each type. */
  readonly outputs: number;
  /** Numbers of sums: the first interval's width; with a point Σ(y−m)², Σ|y−m|/|y|, Σ|y−m|, Σ(m−y); the first type's Σ|y|. */
  readonly widths: number;
  readonly squares: number;
  readonly shares: number;
  readonly absolute: number;
  readonly signed: number;
  readonly denominators: number;
}

/** The number of a type's count (`NEGATIVE` … of the map) among a record's counts. */
export function typeCount(type: number, count: number): number {
  return map.COMMON_COUNTS + type * map.COUNTS_PER_TYPE + count;
}

/**
 * The shape of records for the forecast columns of a forecasted-values table.
 * @throws `OPTION_INVALID` for a point that it does not have
 */
export function planRecordShape(schema: TableSchema, askedPoint?: string): RecordShape {
  const { mean = 'mean', quantiles } = columnsOf(schema);
  // the forecast types of the schema, not of its columns: accuracy-metrics-values has the former only
  const types = schema.forecastTypes;
  const hasMean = types.includes('mean');
  const names = new Map([['mean', mean], ...quantiles.map(({ forecastType, name }) => [forecastType, name] as const)]);
  const point = types.indexOf(choosePoint(types, askedPoint) ?? '');
  const ofPoint = point < 0 ? 0 : 2;
  const intervals = findIntervals(types);
  const widths = 1 + 2 * types.length;
  const squares = widths + intervals.length;
  const compactSums = squares + ofPoint;
  return {
    types,
    columns: types.map((type) => names.get(type) ?? type),
    hasMean,
    point,
    intervals,
    counts: typeCount(types.length, 0) + intervals.length * map.COUNTS_PER_INTERVAL,
    widths,
    squares,
    shares: squares + 1,
    denominators: compactSums,
    absolute: compactSums + types.length,
    signed: compactSums + types.length + 1,
    outputs: compactSums + types.length + ofPoint,
  };
}

function findIntervals(types: readonly ForecastType[]): Interval[] {
  const intervals: Interval[] = [];
  for (const [lower, type] of types.entries()) {
    const percent = Math.round(Number(type) * 100);
    if (!(percent < 50)) continue;
    const upper = types.findIndex((other) => Math.round(Number(other) * 100) === 100 - percent);
    if (upper >= 0) intervals.push({ lower, upper, nominal: nominalShare([type, types[upper] ?? '']) });
  }
  return intervals;
}
