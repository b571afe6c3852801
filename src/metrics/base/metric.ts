import { quantilesOf } from '../../schema/forecast-type.ts';
import type { ForecastType } from '../../schema/schema.ts';
import type { Figure, IntervalMetrics, Metrics } from './summary.ts';

/** One line of the table of metrics. */
interface MetricLine {
  /** What it is computed from: one quantile, all quantiles, the point forecast, two quantiles, or the training history. */
  readonly of: 'quantile' | 'quantiles' | 'point' | 'interval' | 'history';
  /** A ratio to the actuals, a share of the rows (from 0 to 1), or the unit of the target. */
  readonly unit: 'ratio' | 'share' | 'target';
  /** The better value: the lower one, the one nearer to 0, the one nearer to the nominal share τ; or neither. */
  readonly better: 'lower' | 'near 0' | 'near τ' | 'neither';
  readonly read: (metrics: Metrics, types: readonly ForecastType[]) => Figure | undefined;
  /** For people, where it differs from the name. */
  readonly title?: string;
}

/** A line of the table of metrics. */
export type MetricKind =
  | 'wQL'
  | 'averageWQL'
  | 'WAPE'
  | 'WAPESum'
  | 'RMSE'
  | 'MAPE'
  | 'MASE'
  | 'MAE'
  | 'bias'
  | 'coverage'
  | 'intervalCoverage'
  | 'intervalWidth';

/**
 * Every metric of {@link Metrics}, in the order of results, notes and CSV columns. `docs/metrics.md` has the formulas; a
 * test holds it to this table.
 */
const metricTable: Readonly<Record<MetricKind, MetricLine>> = {
  wQL: { of: 'quantile', unit: 'ratio', better: 'lower', read: ({ wQL }, [type = '']) => wQL[type] },
  averageWQL: {
    of: 'quantiles',
    unit: 'ratio',
    better: 'lower',
    read: ({ averageWQL }) => averageWQL,
    title: 'Average wQL',
  },
  WAPE: { of: 'point', unit: 'ratio', better: 'lower', read: ({ WAPE }) => WAPE },
  WAPESum: { of: 'point', unit: 'target', better: 'lower', read: ({ WAPESum }) => WAPESum },
  RMSE: { of: 'point', unit: 'target', better: 'lower', read: ({ RMSE }) => RMSE },
  MAPE: { of: 'point', unit: 'ratio', better: 'lower', read: ({ MAPE }) => MAPE },
  MASE: { of: 'history', unit: 'ratio', better: 'lower', read: ({ MASE }) => MASE },
  MAE: { of: 'point', unit: 'target', better: 'lower', read: ({ MAE }) => MAE },
  bias: { of: 'point', unit: 'target', better: 'near 0', read: ({ bias }) => bias, title: 'Bias' },
  coverage: { of: 'quantile', unit: 'share', better: 'near τ', read: ({ coverage }, [type = '']) => coverage[type] },
  intervalCoverage: {
    of: 'interval',
    unit: 'share',
    better: 'near τ',
    read: (metrics, types) => intervalOf(metrics, types)?.coverage,
  },
  intervalWidth: {
    of: 'interval',
    unit: 'target',
    better: 'neither',
    read: (metrics, types) => intervalOf(metrics, types)?.meanWidth,
  },
};

/** A metric of an export: a line of the table, for its forecast types where it has any. */
export interface Metric extends Pick<MetricLine, 'of' | 'unit' | 'better'> {
  readonly kind: MetricKind;
  /** As in notes and options: `WAPE`, `wQL[0.9]`, `interval[0.1,0.9].coverage`. */
  readonly name: string;
  /** The column of a CSV, such as `WAPE`, `wQL[0.9]`, `interval_coverage[0.1-0.9]`. */
  readonly column: string;
  /** For people, such as `Average wQL`. */
  readonly title: string;
  readonly read: (metrics: Metrics) => Figure;
  /** How far a value is from the best one: smaller is better. The value itself where the metric has no such aim. */
  readonly errorOf: (value: number) => number;
}

const kinds = Object.keys(metricTable) as MetricKind[];

/** The metrics of an export with these forecast types (`mean` is not a quantile) and intervals, in the order of the table. */
export function listMetrics(
  forecastTypes: readonly ForecastType[],
  intervals: readonly Pick<IntervalMetrics, 'lower' | 'upper'>[] = [],
): Metric[] {
  const quantiles = quantilesOf(forecastTypes);
  const plain = kinds.filter((kind) => metricTable[kind].of !== 'interval');
  const paired = kinds.filter((kind) => metricTable[kind].of === 'interval');
  return [
    ...plain.flatMap((kind) =>
      metricTable[kind].of === 'quantile' ? quantiles.map((type) => makeMetric(kind, [type])) : [makeMetric(kind, [])],
    ),
    ...intervals.flatMap(({ lower, upper }) => paired.map((kind) => makeMetric(kind, [lower, upper]))),
  ];
}

/** The metric of a name such as `WAPE` or `wQL[0.9]`, those of intervals left out; undefined for any other name. */
export function findMetric(name: string): Metric | undefined {
  const [, word, type] = /^(\w+)(?:\[([^\]]+)\])?$/.exec(name) ?? [];
  const kind = kinds.find((each) => each === word);
  if (kind === undefined) return undefined;
  const { of } = metricTable[kind];
  if (of === 'interval' || (of === 'quantile') !== (type !== undefined)) return undefined;
  return makeMetric(kind, type === undefined ? [] : [type]);
}

/** A figure by the name of its metric; null for any other name. */
export function metricValue(metrics: Metrics, name: string): Figure {
  return findMetric(name)?.read(metrics) ?? null;
}

function makeMetric(kind: MetricKind, types: readonly ForecastType[]): Metric {
  const { of, unit, better, read, title } = metricTable[kind];
  const names = namesOf(kind, types);
  const aim = better === 'near 0' ? 0 : better === 'near τ' ? nominalShare(types) : undefined;
  return {
    kind,
    of,
    unit,
    better,
    ...names,
    title: title ?? names.name,
    read: (metrics) => read(metrics, types) ?? null,
    errorOf: (value) => (aim === undefined ? value : Math.abs(value - aim)),
  };
}

function namesOf(kind: MetricKind, types: readonly ForecastType[]): Pick<Metric, 'name' | 'column'> {
  if (metricTable[kind].of === 'interval') {
    const [member, word] = kind === 'intervalCoverage' ? ['coverage', 'coverage'] : ['meanWidth', 'width'];
    return { name: `interval[${types.join(',')}].${member}`, column: `interval_${word}[${types.join('-')}]` };
  }
  const name = types.length === 0 ? kind : `${kind}[${types.join(',')}]`;
  return { name, column: name };
}

/** The share of actuals at or below a calibrated quantile, or between two: exact in hundredths, as quantiles are. */
export function nominalShare(types: readonly ForecastType[]): number {
  const [lower = 0, upper] = types.map((type) => Math.round(Number(type) * 100));
  return (upper === undefined ? lower : upper - lower) / 100;
}

function intervalOf({ intervals }: Metrics, [lower, upper]: readonly ForecastType[]): IntervalMetrics | undefined {
  return intervals.find((interval) => interval.lower === lower && interval.upper === upper);
}
