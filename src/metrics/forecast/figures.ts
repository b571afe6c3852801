import { exactMean } from '../base/exact-sum.ts';
import { listMetrics, type Metric, type MetricKind } from '../base/metric.ts';
import type { NoteCode } from '../base/notes.ts';
import type { RecordShape } from './record-shape.ts';

/** The figures of a window or group as one flat array, so that they can be averaged, ranked and noted alike. */
export interface Figures {
  /** By place in the plan's metrics; NaN means null. */
  readonly values: Float64Array;
  /** By place: why a figure is null or not what its name says; undefined where there is nothing to say. */
  readonly reasons: (NoteCode | undefined)[];
}

/** Which figures an export has, and the place of each. */
export interface FiguresPlan {
  readonly shape: RecordShape;
  /** Numbers of the shape's quantile types. */
  readonly quantiles: readonly number[];
  /** By place: those of the table but MASE, which is never computed. */
  readonly metrics: readonly Metric[];
  /** The place of a line of the table: of its `index`-th quantile or interval, 0 for a line that has neither. */
  readonly placeOf: (kind: MetricKind, index?: number) => number;
}

/** Plans every figure of an export. */
export function planFigures(shape: RecordShape): FiguresPlan {
  const quantiles = shape.types.map((_, type) => type).slice(shape.hasMean ? 1 : 0);
  const intervals = shape.intervals.map(({ lower, upper }) => ({
    lower: shape.types[lower] ?? '',
    upper: shape.types[upper] ?? '',
  }));
  const metrics = listMetrics(shape.types, intervals).filter(({ of }) => of !== 'history');
  const places = new Map<MetricKind, number[]>();
  for (const [place, { kind }] of metrics.entries()) places.set(kind, [...(places.get(kind) ?? []), place]);
  return { shape, quantiles, metrics, placeOf: (kind, index = 0) => places.get(kind)?.[index] ?? -1 };
}

/**
 * The mean over windows of each figure. Windows where a figure is null do not enter its mean (`WINDOW_LEFT_OUT`); where
 * it is null in all, so is the mean, for the reason of the first.
 */
export function averageFigures(plan: FiguresPlan, windows: readonly Figures[]): Figures {
  const [first] = windows;
  if (windows.length === 1 && first !== undefined) return first;
  const values = new Float64Array(plan.metrics.length).fill(Number.NaN);
  const reasons = plan.metrics.map((_, index): NoteCode | undefined => {
    if (first === undefined) return 'NO_ROWS';
    const defined = windows
      .map((figures) => figures.values[index] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value));
    if (defined.length === 0) return first.reasons[index];
    const mean = exactMean(defined);
    if (!Number.isFinite(mean)) return 'FIGURE_OVERFLOW';
    values[index] = mean;
    if (defined.length < windows.length) return 'WINDOW_LEFT_OUT';
    return windows.find((figures) => figures.reasons[index] !== undefined)?.reasons[index];
  });
  return { values, reasons };
}
