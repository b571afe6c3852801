import type { Figure } from '../../../metrics/base/summary.ts';
import { sortForecastTypes } from '../../../schema/forecast-type.ts';
import type { ForecastType } from '../../../schema/schema.ts';
import type { ReportedSeries, SeriesWindow } from '../../base/report.ts';
import { assignLanes } from './series-lanes.ts';
import { chooseTypes, type DrawnTypes } from './series-types.ts';
import type { TimeSpan } from '../axes/time-axis.ts';

/** The most windows that are drawn, the latest ones. */
const mostWindows = 60;
const mostLanes = 5;
/** How long the history may be that is drawn, in lengths of all windows together. */
const historyShare = 1;
/** And as many values at least. */
const leastHistory = 20;

/** A window that is drawn, and in which lane. */
export interface DrawnWindow {
  readonly window: SeriesWindow;
  readonly lane: number;
  /** Its timestamps in milliseconds; at least one. */
  readonly times: readonly number[];
}

/** What of a series is drawn. */
export interface DrawnSeries {
  readonly types: DrawnTypes;
  readonly windows: readonly DrawnWindow[];
  readonly lanes: number;
  /** The end of the history, so that the windows have room. */
  readonly history: { readonly times: readonly number[]; readonly values: readonly number[] };
  /** Of the windows and the history. */
  readonly spans: readonly TimeSpan[];
  /** The usual distance from a timestamp to the next, in milliseconds. */
  readonly step: number;
  /** What the axis has to hold: all values, and 0 unless they are far from it. */
  readonly values: readonly Figure[];
}

/** Chooses windows, forecast types and history; undefined where no window has a value. */
export function chooseSeries(series: ReportedSeries, point: ForecastType | null): DrawnSeries | undefined {
  const { windows, lanes } = chooseWindows(series.windows);
  const types = chooseTypes(sortForecastTypes(Object.keys(windows[0]?.window.forecasts ?? {})), point);
  const values = windows.flatMap(({ window }) => valuesOf(window, types));
  if (!values.some((value) => value !== null)) return undefined;
  const spans = windows.flatMap(({ times }) => spanOf(times));
  const history = chooseHistory(series, spans);
  const times = history.map(({ time }) => time);
  const numbers = [...values, ...history.map(({ value }) => value)];
  return {
    types,
    windows,
    lanes,
    history: { times, values: history.map(({ value }) => value) },
    spans: [...spans, ...spanOf(times)],
    step: usualStep([...windows.map((window) => window.times), times]),
    values: [...numbers, ...zeroIfNear(numbers)],
  };
}

/** The latest windows, as many as lanes have room for. */
function chooseWindows(all: readonly SeriesWindow[]): { windows: DrawnWindow[]; lanes: number } {
  const latest = all
    .slice(-mostWindows)
    .filter(({ timestamps }) => timestamps.length > 0)
    .map((window) => ({ window, times: window.timestamps.map((text) => Date.parse(text)) }));
  const { windows, lanes, count } = assignLanes(
    latest.flatMap(({ times }) => spanOf(times)),
    mostLanes,
  );
  const drawn = windows.flatMap((index, at) => {
    const window = latest[index];
    return window === undefined ? [] : [{ ...window, lane: lanes[at] ?? 0 }];
  });
  return { windows: drawn, lanes: count };
}

function valuesOf(window: SeriesWindow, { bands, line, lone }: DrawnTypes): Figure[] {
  const drawn = new Set([...bands.flat(), line, lone].filter((type) => type !== undefined));
  return [...window.actuals, ...[...drawn].flatMap((type) => window.forecasts[type] ?? [])];
}

function spanOf(times: readonly number[]): TimeSpan[] {
  const [first, last] = [times[0], times.at(-1)];
  return first === undefined || last === undefined ? [] : [[first, last]];
}

/** The median of the distances between timestamps. */
function usualStep(lists: readonly (readonly number[])[]): number {
  const times = [...new Set(lists.flat())].toSorted((a, b) => a - b);
  const steps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  return steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}

function chooseHistory({ history }: ReportedSeries, spans: readonly TimeSpan[]): { time: number; value: number }[] {
  const first = spans.reduce((least, [from]) => Math.min(least, from), Number.POSITIVE_INFINITY);
  const last = spans.reduce((most, [, to]) => Math.max(most, to), Number.NEGATIVE_INFINITY);
  const from = first - (last - first) * historyShare;
  const values = history.map(({ timestamp, value }) => ({ time: Date.parse(timestamp), value }));
  return values.filter(({ time }, at) => time >= from || values.length - at <= leastHistory);
}

/** Demand is measured from 0. */
function zeroIfNear(values: readonly Figure[]): number[] {
  const known = values.filter((value) => value !== null);
  const least = known.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const most = known.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  return least >= 0 && least < most / 2 ? [0] : [];
}
