import type { Figure } from '../../../metrics/base/summary.ts';
import type { Report, ReportedSeries, SeriesWindow } from '../../base/report.ts';
import { chooseSeries, type DrawnSeries, type DrawnWindow } from './choose-series.ts';
import type { EndLabel } from '../end-labels.ts';
import type { Place } from '../lines.ts';
import { numberAxis } from '../axes/number-axis.ts';
import { laneAxis, type LaneAxis } from './series-lanes.ts';
import { placeBand, placeLine, type PlacedTimes } from './series-places.ts';
import { typeText } from '../shown-text.ts';
import type { BandPlace } from '../thin-out.ts';
import { timeAxis, type TimeAxis } from '../axes/time-axis.ts';

/** The most points of a line. */
const mostPoints = 320;
/** The most windows whose starts are marked. */
const mostStarts = 30;

/** Where a chart of a series draws what. */
export interface SeriesPlan {
  readonly x: TimeAxis;
  readonly y: LaneAxis;
  /** What belongs to the label of y. */
  readonly unit: string;
  /** As `types.bands`: all windows, with gaps between them. */
  readonly bands: readonly (readonly BandPlace[])[];
  readonly line: readonly Place[];
  readonly lone: readonly Place[];
  readonly actuals: readonly Place[];
  readonly history: readonly Place[];
  /** Where an actual is missing: at the foot of its lane. */
  readonly missing: readonly Place[];
  /** Where windows begin. */
  readonly starts: readonly WindowStart[];
  readonly labels: readonly EndLabel[];
  /** Whether lines are the extremes of stretches. */
  readonly isThinned: boolean;
  readonly drawn: DrawnSeries;
}

/** An upright line at the beginning of a window. */
interface WindowStart {
  readonly x: number;
  readonly foot: number;
  readonly top: number;
}

/** Plans the chart; `room` is the width of its data. Undefined where no window has a value. */
export function planSeries({ point }: Report, series: ReportedSeries, room: number): SeriesPlan | undefined {
  const drawn = chooseSeries(series, point);
  if (drawn === undefined) return undefined;
  const { windows, types, history, lanes } = drawn;
  const x = timeAxis(drawn.spans, drawn.step, room);
  const axis = numberAxis(drawn.values, { tight: true, padding: 0.05, ticks: lanes === 1 ? 6 : 4 });
  const y = laneAxis(axis, lanes);
  const rows = windows.reduce((sum, { times }) => sum + times.length, 0) + history.times.length;
  const placed = (times: readonly number[], lane: number): PlacedTimes => ({
    times,
    x: x.place,
    y: (value) => y.place(value, lane),
    most: rows <= mostPoints ? times.length : Math.max(4, Math.floor((times.length / rows) * mostPoints)),
  });
  const lines = (read: (window: SeriesWindow) => readonly Figure[]): Place[] =>
    windows.flatMap(({ window, lane, times }) => placeLine(placed(times, lane), read(window)));
  const forecasts = (type: string | undefined): Place[] =>
    type === undefined ? [] : lines((window) => window.forecasts[type] ?? []);
  const plan = {
    bands: types.bands.map(([lower, upper]) =>
      windows.flatMap(({ window, lane, times }) =>
        placeBand(placed(times, lane), window.forecasts[lower] ?? [], window.forecasts[upper] ?? []),
      ),
    ),
    line: forecasts(types.line),
    lone: forecasts(types.lone),
    actuals: lines(({ actuals }) => actuals),
    drawn,
  };
  return {
    ...plan,
    x,
    y,
    unit: axis.unit,
    history: placeLine(placed(history.times, 0), history.values),
    missing: windows.flatMap((window) => missingOf(window, x, y)),
    starts: windows.length > mostStarts ? [] : windows.flatMap((window) => startOf(window, x, y)),
    labels: labelsOf(plan),
    isThinned: rows > mostPoints,
  };
}

function missingOf({ window, lane, times }: DrawnWindow, x: TimeAxis, y: LaneAxis): Place[] {
  const missing = times.filter((_, at) => typeof window.actuals[at] !== 'number');
  return missing.map((time) => ({ x: x.place(time), y: y.foot(lane) }));
}

function startOf({ lane, times: [first] }: DrawnWindow, x: TimeAxis, y: LaneAxis): WindowStart[] {
  return first === undefined ? [] : [{ x: x.place(first), foot: y.foot(lane), top: y.top(lane) }];
}

/** What is at the end of the last window, by name; with several lanes not the inner bands. */
function labelsOf(plan: Pick<SeriesPlan, 'bands' | 'line' | 'lone' | 'actuals' | 'drawn'>): EndLabel[] {
  const { bands, line, lone, actuals, drawn } = plan;
  const { types, lanes } = drawn;
  const last = (places: readonly Place[]): number => places.findLast(({ y }) => !Number.isNaN(y))?.y ?? Number.NaN;
  const edges = types.bands.slice(0, lanes > 1 ? 1 : types.bands.length).flatMap(([lower, upper], at) => {
    const end = bands[at]?.findLast(({ y }) => !Number.isNaN(y));
    return end === undefined
      ? []
      : [
          { text: typeText(upper), y: end.top },
          { text: typeText(lower), y: end.y },
        ];
  });
  return [
    ...edges.map((label) => ({ ...label, color: 'first' as const })),
    ...(types.line === undefined ? [] : [{ text: typeText(types.line), y: last(line), color: 'first' as const }]),
    ...(types.lone === undefined ? [] : [{ text: typeText(types.lone), y: last(lone), color: 'third' as const }]),
    { text: 'actual', y: last(actuals), color: 'text' as const },
  ];
}
