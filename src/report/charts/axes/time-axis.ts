import { dateText, dateTexts } from './date-texts.ts';
import type { FrameAxis } from '../frame.ts';
import { longestText } from '../shown-text.ts';
import { timeTicks } from './time-ticks.ts';

/** From and to, in milliseconds. */
export type TimeSpan = readonly [from: number, to: number];

/** An axis of instants. Long stretches without data are cut out of it, which is shown. */
export interface TimeAxis extends FrameAxis {
  /** Where an instant of one of the spans is. */
  readonly place: (time: number) => number;
  /** Where something is cut out, as the axis has it. */
  readonly breaks: readonly TimeSpan[];
  readonly label: string;
}

/** A stretch of time on the axis. */
interface Segment {
  readonly from: number;
  readonly to: number;
  /** Where it begins on the axis. */
  readonly at: number;
}

/** The most of the axis that the signs of breaks take. */
const breakShare = 0.25;

/**
 * The axis of these spans, in any order. Spans that are at most one and a half steps apart are one; `step` is in milliseconds, `room` the
 * width of the axis in units of the `viewBox`.
 */
export function timeAxis(spans: readonly TimeSpan[], step: number, room: number): TimeAxis {
  const joined = cutGaps(joinSpans(spans, step * 1.5));
  const covered = joined.reduce((sum, [from, to]) => sum + (to - from), 0);
  const gap = Math.min(covered * 0.05, (covered * breakShare) / Math.max(1, joined.length - 1));
  const segments: Segment[] = [];
  let at = 0;
  for (const [from, to] of joined) {
    segments.push({ from, to, at });
    at += to - from + gap;
  }
  const place = (time: number): number => {
    const segment = segments.findLast(({ from }) => from <= time) ?? segments[0] ?? { from: time, at: 0 };
    return segment.at + (time - segment.from);
  };
  const [first, last] = [segments[0]?.from ?? 0, segments.at(-1)?.to ?? 0];
  const end = at - gap;
  if (first === last) return instantAxis(first);
  const ticks =
    segments.length > 1
      ? startTicks(segments, room / end)
      : timeTicks(first, last, Math.floor(room / (isOneYear(first, last) ? 64 : 96)));
  const texts = new Map(ticks.map(({ time, text }) => [place(time), text]));
  return {
    domain: [0, end],
    ticks: [...texts.keys()],
    format: (tick) => texts.get(tick) ?? '',
    place,
    breaks: segments.slice(1).map((segment) => [segment.at - gap, segment.at]),
    label: `${dateText(first)} to ${dateText(last)}, UTC`,
  };
}

/** An instant in the middle. */
function instantAxis(time: number): TimeAxis {
  const text = dateText(time);
  return { domain: [-1, 1], ticks: [0], format: () => text, place: () => 0, breaks: [], label: 'UTC' };
}

function joinSpans(spans: readonly TimeSpan[], apart: number): TimeSpan[] {
  const joined: [number, number][] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before !== undefined && from <= before[1] + apart) before[1] = Math.max(before[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** Where less than half of the time has data, but not only single instants, gaps longer than one and a half spans are cut out; all others stay. */
function cutGaps(spans: readonly TimeSpan[]): TimeSpan[] {
  const covered = spans.reduce((sum, [from, to]) => sum + (to - from), 0);
  const whole = (spans.at(-1)?.[1] ?? 0) - (spans[0]?.[0] ?? 0);
  if (covered * 2 >= whole || covered === 0) return [[spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0]];
  const kept: [number, number][] = [];
  for (const [from, to] of spans) {
    const before = kept.at(-1);
    if (before !== undefined && from - before[1] <= (1.5 * covered) / spans.length) before[1] = to;
    else kept.push([from, to]);
  }
  return kept;
}

/** A tick where each stretch begins, as far as their texts have room. */
function startTicks(segments: readonly Segment[], scale: number): { time: number; text: string }[] {
  const { texts } = dateTexts(segments.map(({ from }) => from));
  const apart = longestText(texts) * 1.3 + 8;
  const shown: { time: number; text: string }[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const [index, { from, at }] of segments.entries()) {
    if (at * scale < end) continue;
    shown.push({ time: from, text: texts[index] ?? '' });
    end = at * scale + apart;
  }
  return shown;
}

/** Texts of dates are shorter then. */
function isOneYear(first: number, last: number): boolean {
  return new Date(first).getUTCFullYear() === new Date(last).getUTCFullYear();
}
