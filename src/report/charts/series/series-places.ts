import type { Figure } from '../../../metrics/base/summary.ts';
import type { Place } from '../lines.ts';
import { thinOut, thinOutBand, type BandPlace } from '../thin-out.ts';

/** Instants, rising, and where they are drawn. */
export interface PlacedTimes {
  readonly times: readonly number[];
  readonly x: (time: number) => number;
  readonly y: (value: Figure | undefined) => number;
  /** The most points. */
  readonly most: number;
}

const gap: BandPlace = { x: Number.NaN, y: Number.NaN, top: Number.NaN };

/** A line through values: it ends where one is missing, where timestamps are, and at the end. */
export function placeLine({ times, x, y, most }: PlacedTimes, values: readonly Figure[]): Place[] {
  const places = times.map((time, at) => ({ x: x(time), y: y(values[at]) }));
  return [...thinOut(splitAtGaps(times, places), most), gap];
}

/** A band between two lists of values, likewise. */
export function placeBand(
  { times, x, y, most }: PlacedTimes,
  lower: readonly Figure[],
  upper: readonly Figure[],
): BandPlace[] {
  const places = times.map((time, at): BandPlace => {
    const [low, high] = [y(lower[at]), y(upper[at])];
    // crossed quantiles: the band is between them all the same
    return { x: x(time), y: Math.min(low, high), top: Math.max(low, high) };
  });
  return [...thinOutBand(splitAtGaps(times, places), most), gap];
}

/** Puts a gap where two neighbours are more than one and a half usual steps apart. */
function splitAtGaps<Any extends Place>(times: readonly number[], places: readonly Any[]): (Any | BandPlace)[] {
  const steps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  if (!steps.some((step) => step > usual * 1.5)) return [...places];
  return places.flatMap((place, at) => (at > 0 && (steps[at - 1] ?? 0) > usual * 1.5 ? [gap, place] : [place]));
}
