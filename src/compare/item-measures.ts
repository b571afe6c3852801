import type { Metric } from '../metrics/base/metric.ts';
import type { GroupRecord } from '../metrics/base/summary.ts';
import { map } from '../metrics/forecast/kernel/map.generated.ts';
import { typeCount, type RecordShape } from '../metrics/forecast/record-shape.ts';

/** A figure that items add up to: numerator / denominator, the root of that, or the numerator alone. */
export interface Measure {
  readonly kind: 'ratio' | 'root' | 'total';
  readonly numerator: (record: GroupRecord) => number;
  readonly denominator: (record: GroupRecord) => number;
}

/** A metric as the mean of measures: of one, but for the average over quantiles. */
export interface MeasuredMetric {
  readonly metric: Metric;
  /** Numbers of measures. */
  readonly members: readonly number[];
  /** Numbers of those whose denominators must not be 0: the same, and for MAPE that of WAPE. */
  readonly needs: readonly number[];
}

/** What is added up of each item. */
export interface MeasurePlan {
  readonly measures: readonly Measure[];
  readonly metrics: readonly MeasuredMetric[];
}

/** The measures of metrics, by the formulas of `Metrics`. */
export function planMeasures(shape: RecordShape, metrics: readonly Metric[]): MeasurePlan {
  const measures: Measure[] = [];
  const add = (measure: Measure): number => measures.push(measure) - 1;
  const quantiles = shape.types.map((_, type) => type).slice(shape.hasMean ? 1 : 0);
  const losses = quantiles.map((type) => ({ name: `wQL[${shape.types[type] ?? ''}]`, at: add(lossOf(shape, type)) }));
  return {
    measures,
    metrics: metrics.map((metric): MeasuredMetric => {
      const all = losses.filter(({ name }) => metric.kind === 'averageWQL' || name === metric.name).map(({ at }) => at);
      const members = all.length > 0 ? all : [add(measureOf(shape, metric))];
      return { metric, members, needs: metric.kind === 'MAPE' ? [...members, add(ratioToActuals(shape))] : members };
    }),
  };
}

function lossOf({ types, denominators }: RecordShape, type: number): Measure {
  const tau = Number(types[type]);
  return {
    kind: 'ratio',
    numerator: ({ sums }) => 2 * (tau * (sums[1 + 2 * type] ?? 0) + (1 - tau) * (sums[2 + 2 * type] ?? 0)),
    denominator: ({ sums }) => sums[denominators + type] ?? 0,
  };
}

/** WAPE. */
function ratioToActuals({ absolute, denominators, point }: RecordShape): Measure {
  return {
    kind: 'ratio',
    numerator: ({ sums }) => sums[absolute] ?? 0,
    denominator: ({ sums }) => sums[denominators + point] ?? 0,
  };
}

function measureOf(shape: RecordShape, { kind, name }: Metric): Measure {
  const { types, point, absolute, signed, squares, shares } = shape;
  if (kind === 'WAPE') return ratioToActuals(shape);
  if (kind === 'WAPESum') return meanOver(point, 'total', absolute);
  if (kind === 'RMSE') return meanOver(point, 'root', squares);
  if (kind === 'MAPE') return meanOver(point, 'ratio', shares);
  if (kind === 'MAE') return meanOver(point, 'ratio', absolute);
  if (kind === 'bias') return meanOver(point, 'ratio', signed);
  const type = types.findIndex((each) => name === `coverage[${each}]`);
  if (type < 0) throw new TypeError(`items have no measure of ${name}`);
  const covered = typeCount(type, map.COVERED);
  return { ...meanOver(type, 'ratio', 0), numerator: ({ counts }) => counts[covered] ?? 0 };
}

/** A sum, to be divided by the number of rows with an actual and a forecast of this type. */
function meanOver(type: number, kind: Measure['kind'], sum: number): Measure {
  const excluded = typeCount(type, map.EXCLUDED);
  return {
    kind,
    numerator: ({ sums }) => sums[sum] ?? 0,
    denominator: ({ counts }) => (counts[map.ACTUALS] ?? 0) - (counts[excluded] ?? 0),
  };
}
