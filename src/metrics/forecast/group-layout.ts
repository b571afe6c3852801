import type { ForecastType, TableSchema } from '../../schema/schema.ts';
import { choosePoint } from './point-forecast.ts';

/** Rows that the kernel's staging area holds: few enough that it stays in the second-level cache. */
export const stagingRows = 2048;

/** A symmetric interval of an export: numbers of its forecast types. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * What a group record of the kernel holds, worked out from an export's forecast types; mirrors the map at the top of
 * kernel/assembly/index.ts. Types are numbered as in `types`: mean first, then quantiles rising.
 */
export interface GroupLayout {
  readonly types: readonly ForecastType[];
  /** Header name of the column of each type. */
  readonly columns: readonly string[];
  readonly hasMean: boolean;
  /** Number of the type that plain errors are measured of; -1 for none. m below. */
  readonly point: number;
  /** Widest first. */
  readonly intervals: readonly Interval[];
  /** Doubles that `finishGroup` writes. */
  readonly outputs: number;
  /** Among those: where Σ(y−m)², Σ|y−m|/|y|, Σ|y−m| and Σ(m−y) stand (with a point only), and the first denominator. */
  readonly squares: number;
  readonly shares: number;
  readonly absolute: number;
  readonly signed: number;
  readonly denominators: number;
}

/** Byte offsets in a record: the f64 counts. */
export const countsOffset = 8;
/** Counts before those by type: rows, actuals, missing, nonFinite, zero, crossed. */
export const commonCounts = 6;
/** Counts by type: negative, covered, missing, nonFinite, excluded. */
export const countsPerType = 5;
/** Counts by interval: inside, excluded. */
export const countsPerInterval = 2;

/**
 * Works out the layout for the forecast columns of a forecasted-values table.
 * @throws `OPTION_INVALID` for a point that it does not have
 */
export function planGroupLayout(schema: TableSchema, askedPoint?: string): GroupLayout {
  const columnOf = new Map(
    schema.columns.map((column) => [column.role === 'forecast' ? column.forecastType : '', column]),
  );
  const quantiles = schema.forecastTypes.filter((type) => type !== 'mean').sort((a, b) => Number(a) - Number(b));
  const hasMean = schema.forecastTypes.includes('mean');
  const types = hasMean ? ['mean', ...quantiles] : quantiles;
  const point = types.indexOf(choosePoint(types, askedPoint) ?? '');
  const ofPoint = point < 0 ? 0 : 2;
  const intervals = findIntervals(types);
  const compactSums = 1 + 2 * types.length + intervals.length + ofPoint;
  const squares = 1 + 2 * types.length + intervals.length;
  return {
    types,
    columns: types.map((type) => columnOf.get(type)?.name ?? type),
    hasMean,
    point,
    intervals,
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
    if (upper >= 0) intervals.push({ lower, upper });
  }
  return intervals;
}
