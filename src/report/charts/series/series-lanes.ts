import type { FrameAxis } from '../frame.ts';
import type { NumberAxis } from '../axes/number-axis.ts';
import type { TimeSpan } from '../axes/time-axis.ts';

/** The distance from a lane to the next, in heights of a lane. */
const laneStep = 1.16;

/** Which windows are drawn, and in which lane each: those that overlap in time are in different ones. */
export interface Lanes {
  /** Indices of windows; every n-th where more than `mostLanes` would overlap. */
  readonly windows: readonly number[];
  /** As `windows`: from 0, the upper one. */
  readonly lanes: readonly number[];
  readonly count: number;
}

/** Puts each window, by start, into the first lane that is free. */
export function assignLanes(spans: readonly TimeSpan[], mostLanes: number): Lanes {
  const all = spans.map((_, at) => at);
  for (let every = 1; ; every++) {
    // from the end, so that the latest window is among them
    const windows = all.filter((at) => (spans.length - 1 - at) % every === 0);
    const ends: number[] = [];
    const lanes = windows.map((at) => {
      const [from, to] = spans[at] ?? [0, 0];
      const free = ends.findIndex((end) => end < from);
      const lane = free < 0 ? ends.length : free;
      ends[lane] = to;
      return lane;
    });
    if (ends.length <= mostLanes || windows.length <= 1) return { windows, lanes, count: Math.max(1, ends.length) };
  }
}

/** Lanes one above the other, each with the same axis of values. */
export interface LaneAxis extends FrameAxis {
  readonly place: (value: number | null | undefined, lane: number) => number;
  /** The foot and the top of a lane. */
  readonly foot: (lane: number) => number;
  readonly top: (lane: number) => number;
}

/** The upright axis of so many lanes. */
export function laneAxis(axis: NumberAxis, count: number): LaneAxis {
  const [low, high] = axis.domain;
  const foot = (lane: number): number => (count - 1 - lane) * laneStep;
  const lift = (placed: number, lane: number): number => foot(lane) + (placed - low) / (high - low);
  const texts = new Map<number, string>();
  for (let lane = 0; lane < count; lane++) {
    for (const tick of axis.ticks) texts.set(lift(tick, lane), axis.format(tick));
  }
  return {
    domain: [0, (count - 1) * laneStep + 1],
    ticks: [...texts.keys()],
    format: (tick) => texts.get(tick) ?? '',
    place: (value, lane) => lift(axis.place(value), lane),
    foot,
    top: (lane) => foot(lane) + 1,
  };
}
