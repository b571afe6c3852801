import { listMetrics, type Metric, type MetricKind } from '../base/metric.ts';
import { noteCodes, type NoteCode } from '../base/notes.ts';
import type { RecordShape } from './record-shape.ts';

/** The figures of a window or group, flat, so that they can be averaged, ranked and noted alike. */
export interface Figures {
  /** By place in the plan's metrics; NaN means null. */
  readonly values: Float64Array;
  /** By place: why a figure is null or not what its name says, as {@link numberOfReason}; 0 where there is nothing to say. */
  readonly reasons: Uint8Array;
}

/** Which figures an export has, and the place of each. */
export interface FiguresPlan {
  readonly shape: RecordShape;
  /** Numbers of the shape's quantile types. */
  readonly quantiles: readonly number[];
  /** τ of each of them. */
  readonly taus: Float64Array;
  /** By place: those of the table but MASE, which is never computed. */
  readonly metrics: readonly Metric[];
  /** The places of a line of the table, by quantile or interval; one place for a line that has neither. */
  readonly places: Readonly<Record<MetricKind, Int32Array>>;
}

/** Plans every figure of an export. */
export function planFigures(shape: RecordShape): FiguresPlan {
  const quantiles = shape.types.map((_, type) => type).slice(shape.hasMean ? 1 : 0);
  const intervals = shape.intervals.map(({ lower, upper }) => ({
    lower: shape.types[lower] ?? '',
    upper: shape.types[upper] ?? '',
  }));
  const metrics = listMetrics(shape.types, intervals).filter(({ of }) => of !== 'history');
  const placesOf = (kind: MetricKind): Int32Array =>
    Int32Array.from(metrics.flatMap((metric, place) => (metric.kind === kind ? [place] : [])));
  return {
    shape,
    quantiles,
    taus: Float64Array.from(quantiles, (type) => Number(shape.types[type])),
    metrics,
    places: {
      wQL: placesOf('wQL'),
      averageWQL: placesOf('averageWQL'),
      WAPE: placesOf('WAPE'),
      WAPESum: placesOf('WAPESum'),
      RMSE: placesOf('RMSE'),
      MAPE: placesOf('MAPE'),
      MASE: placesOf('MASE'),
      MAE: placesOf('MAE'),
      bias: placesOf('bias'),
      coverage: placesOf('coverage'),
      intervalCoverage: placesOf('intervalCoverage'),
      intervalWidth: placesOf('intervalWidth'),
    },
  };
}

/** A place for the figures of a plan; they are null. */
export function emptyFigures({ metrics }: FiguresPlan): Figures {
  return { values: new Float64Array(metrics.length).fill(Number.NaN), reasons: new Uint8Array(metrics.length) };
}

const numbers = new Map(noteCodes.map((code, index) => [code, index + 1]));

/** A reason as a number, for flat arrays: from 1. */
export function numberOfReason(code: NoteCode): number {
  return numbers.get(code) ?? 0;
}

/** The reason of a number; undefined for 0. */
export function reasonOf(number: number | undefined): NoteCode | undefined {
  return noteCodes[(number ?? 0) - 1];
}

/** Reasons that the kernel gives, as `assembly/plan.ts` reads them. */
const kernelReasons: readonly NoteCode[] = [
  'NO_ACTUALS',
  'NO_FORECASTS',
  'NO_QUANTILES',
  'NO_POINT_FORECAST',
  'ALL_ACTUALS_ZERO',
  'FIGURE_OVERFLOW',
  'ACTUALS_SUM_ZERO',
  'ACTUALS_SUM_NEAR_ZERO',
  'NO_RATIO',
  'WINDOW_LEFT_OUT',
];

/** A plan as the kernel reads it: τ of each quantile, the place of each figure, the numbers of reasons. */
export function layoutFigures({ taus, places }: FiguresPlan): ArrayBuffer {
  const plain = ['averageWQL', 'WAPE', 'WAPESum', 'RMSE', 'MAPE', 'MAE', 'bias'] as const;
  const numbers = Uint32Array.from([
    ...places.wQL,
    ...plain.map((kind) => places[kind][0] ?? 0),
    ...places.coverage,
    ...places.intervalCoverage,
    ...places.intervalWidth,
    ...kernelReasons.map(numberOfReason),
  ]);
  const bytes = new Uint8Array(taus.byteLength + numbers.byteLength);
  bytes.set(new Uint8Array(taus.buffer));
  bytes.set(new Uint8Array(numbers.buffer), taus.byteLength);
  return bytes.buffer;
}
