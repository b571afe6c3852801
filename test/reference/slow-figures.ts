import type { FiguresPlan } from '#src/metrics/forecast/figures.js';
import { map } from '#src/metrics/forecast/kernel/map.generated.js';
import { typeCount } from '#src/metrics/forecast/record-shape.js';
import type { NoteCode } from '#src/metrics/base/notes.js';
import { exactSum } from './exact-sum.ts';

/** A figure, NaN where it is null, and what there is to say about it. */
export interface SlowFigure {
  readonly value: number;
  readonly reason: NoteCode | undefined;
}

/** Counts of a record, and its sums as `RecordShape` numbers them. */
export interface SlowRecord {
  readonly counts: readonly number[];
  readonly sums: readonly number[];
}

/** The figures of a record by the names of their metrics, as docs/metrics.md defines them. */
export function slowFigures(plan: FiguresPlan, { counts, sums }: SlowRecord, numerator: boolean): SlowFigure[] {
  const { shape } = plan;
  const actuals = counts[map.ACTUALS]!;
  const figures = new Map<string, SlowFigure>();
  const without = (excluded: number): { pairs: number; reason: NoteCode | undefined } => {
    const pairs = actuals - excluded;
    return { pairs, reason: actuals === 0 ? 'NO_ACTUALS' : pairs === 0 ? 'NO_FORECASTS' : undefined };
  };
  const ratio = (top: number, total: number, reason: NoteCode | undefined): SlowFigure => {
    if (reason !== undefined) return none(reason);
    if (total === 0) return numerator ? noted(top, 'ACTUALS_SUM_ZERO') : none('NO_RATIO');
    return noted(top / total, top / total > 1000 ? 'ACTUALS_SUM_NEAR_ZERO' : undefined);
  };
  const losses: SlowFigure[] = [];
  for (const type of plan.quantiles) {
    const tau = Number(shape.types[type]);
    const { pairs, reason } = without(counts[typeCount(type, map.EXCLUDED)]!);
    const loss = 2 * (tau * sums[1 + 2 * type]! + (1 - tau) * sums[2 + 2 * type]!);
    losses.push(ratio(loss, sums[shape.denominators + type]!, reason));
    figures.set(`wQL[${shape.types[type]}]`, losses.at(-1)!);
    figures.set(
      `coverage[${shape.types[type]}]`,
      reason ? none(reason) : noted(counts[typeCount(type, map.COVERED)]! / pairs),
    );
  }
  figures.set('averageWQL', losses.length === 0 ? none('NO_QUANTILES') : meanOfLosses(losses));
  const { pairs, reason } = without(counts[typeCount(shape.point, map.EXCLUDED)] ?? 0);
  const why = shape.point < 0 ? 'NO_POINT_FORECAST' : reason;
  const total = sums[shape.denominators + shape.point]!;
  const plain = (value: number, more?: NoteCode): SlowFigure => (why ? none(why) : more ? none(more) : noted(value));
  figures.set('WAPE', why ? none(why) : ratio(sums[shape.absolute]!, total, why));
  figures.set('WAPESum', plain(sums[shape.absolute]!));
  figures.set('RMSE', plain(Math.sqrt(sums[shape.squares]! / pairs)));
  figures.set('MAPE', plain(sums[shape.shares]! / pairs, total === 0 ? 'ALL_ACTUALS_ZERO' : undefined));
  figures.set('MAE', plain(sums[shape.absolute]! / pairs));
  figures.set('bias', plain(sums[shape.signed]! / pairs));
  for (const [index, { lower, upper }] of shape.intervals.entries()) {
    const at = typeCount(shape.types.length, index * map.COUNTS_PER_INTERVAL);
    const inner = without(counts[at + map.INTERVAL_EXCLUDED]!);
    const name = `interval[${shape.types[lower]},${shape.types[upper]}]`;
    const share = counts[at + map.INSIDE]! / inner.pairs;
    figures.set(`${name}.coverage`, inner.reason ? none(inner.reason) : noted(share));
    const width = sums[shape.widths + index]! / inner.pairs;
    figures.set(`${name}.meanWidth`, inner.reason ? none(inner.reason) : noted(width));
  }
  return plan.metrics.map(({ name }) => figures.get(name)!);
}

/** The mean over windows of each figure, those windows left out that have none. */
export function slowMeans(windows: readonly (readonly SlowFigure[])[]): SlowFigure[] {
  return windows[0]!.map((first, place): SlowFigure => {
    const all = windows.map((window) => window[place]!);
    const known = all.map(({ value }) => value).filter((value) => !Number.isNaN(value));
    if (known.length === 0) return none(first.reason!);
    const mean = noted(meanOf(known), all.find(({ reason }) => reason !== undefined)?.reason);
    if (Number.isNaN(mean.value) || known.length === all.length) return mean;
    return { ...mean, reason: 'WINDOW_LEFT_OUT' };
  });
}

function meanOfLosses(losses: readonly SlowFigure[]): SlowFigure {
  const missing = losses.find(({ value }) => Number.isNaN(value));
  if (missing !== undefined) return none(missing.reason!);
  return noted(meanOf(losses.map(({ value }) => value)), losses.find(({ reason }) => reason !== undefined)?.reason);
}

/** A sum that is out of range on its way is out of range. */
function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  if (!Number.isFinite(sum)) return sum;
  return values.every((value) => Object.is(value, -0)) ? -0 : exactSum(values) / values.length;
}

function none(reason: NoteCode): SlowFigure {
  return { value: Number.NaN, reason };
}

function noted(value: number, reason?: NoteCode): SlowFigure {
  return Number.isFinite(value) ? { value, reason } : none('FIGURE_OVERFLOW');
}
