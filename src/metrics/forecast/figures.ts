import { exactMeanOf } from '../base/exact-sum.ts';
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

const noRows = numberOfReason('NO_ROWS');
const overflow = numberOfReason('FIGURE_OVERFLOW');
const leftOut = numberOfReason('WINDOW_LEFT_OUT');

/**
 * Writes the mean over the first `count` windows of each figure. Windows where a figure is null do not enter its mean
 * (`WINDOW_LEFT_OUT`); where it is null in all, so is the mean, for the reason of the first.
 */
export function averageFigures(windows: readonly Figures[], count: number, { values, reasons }: Figures): void {
  const places = values.length;
  if (sums.places < places) sums = { places, found: new Uint32Array(places), noted: new Uint8Array(places) };
  if (defined.length < count * places) defined = new Float64Array(2 * count * places);
  const { found, noted } = sums;
  found.fill(0);
  noted.fill(0);
  for (let window = 0; window < count; window++) gather(windows[window], count, places);
  for (let place = 0; place < places; place++) {
    const known = found[place] ?? 0;
    const mean = known === 0 ? Number.NaN : exactMeanOf(defined, known, place * count);
    const isFinite = known > 0 && Number.isFinite(mean);
    values[place] = isFinite ? mean : Number.NaN;
    if (count === 0) reasons[place] = noRows;
    else if (known === 0) reasons[place] = windows[0]?.reasons[place] ?? 0;
    else if (!isFinite) reasons[place] = overflow;
    else reasons[place] = known < count ? leftOut : (noted[place] ?? 0);
  }
}

/** By place: the values that there are, `count` of each at most; how many; the first reason. */
let defined = new Float64Array(16);
let sums = { places: 0, found: new Uint32Array(), noted: new Uint8Array() };

function gather(window: Figures | undefined, count: number, places: number): void {
  if (window === undefined) return;
  const { values, reasons } = window;
  const { found, noted } = sums;
  for (let place = 0; place < places; place++) {
    const value = values[place] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      const known = found[place] ?? 0;
      defined[place * count + known] = value;
      found[place] = known + 1;
    }
    if (noted[place] === 0) noted[place] = reasons[place] ?? 0;
  }
}
