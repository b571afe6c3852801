import type { Place } from './lines.ts';

/** The most points of a line: a screen has not many more pixels in a chart. */
export const mostPoints = 400;

/**
 * At most about `most` points of a line that has more: of each stretch of it the lowest and the highest, where they are, and a gap
 * where there is one. So no peak is lost, and none is moved.
 */
export function thinOut<Any extends Place>(places: readonly Any[], most: number = mostPoints): Any[] {
  if (places.length <= most) return [...places];
  return stretches(places.length, most / 2).flatMap(([from, to]) => {
    const stretch = places.slice(from, to);
    const gap = stretch.find(({ y }) => Number.isNaN(y));
    const known = stretch.filter(({ y }) => !Number.isNaN(y));
    const [low, high] = [pickOne(known, -1), pickOne(known, 1)];
    return stretch.filter((place) => place === low || place === high || place === gap);
  });
}

/** The first of the highest (1) or the lowest (−1). */
function pickOne<Any extends Place>(places: readonly Any[], sign: 1 | -1): Any | undefined {
  let best = places[0];
  for (const place of places) if (best !== undefined && place.y * sign > best.y * sign) best = place;
  return best;
}

/** A place of a band; `y` and `top` are NaN where there is a gap. */
export interface BandPlace extends Place {
  readonly top: number;
}

/** The same for a band: of each stretch its outline. */
export function thinOutBand(places: readonly BandPlace[], most: number = mostPoints): BandPlace[] {
  if (places.length <= most) return [...places];
  return stretches(places.length, most).map(([from, to]) => {
    const stretch = places.slice(from, to);
    const whole = stretch.every(({ y, top }) => !Number.isNaN(y) && !Number.isNaN(top));
    const y = stretch.reduce((least, each) => Math.min(least, each.y), Number.POSITIVE_INFINITY);
    const top = stretch.reduce((best, each) => Math.max(best, each.top), Number.NEGATIVE_INFINITY);
    const x = stretch[Math.floor(stretch.length / 2)]?.x ?? 0;
    return whole ? { x, y, top } : { x, y: Number.NaN, top: Number.NaN };
  });
}

function stretches(length: number, count: number): [from: number, to: number][] {
  const whole = Math.max(1, Math.floor(count));
  return Array.from({ length: whole }, (_, at) => [
    Math.floor((at * length) / whole),
    Math.floor(((at + 1) * length) / whole),
  ]);
}

/** At most `most` of a list, evenly apart, the first and the last among them. */
export function pickEvenly<Any>(list: readonly Any[], most: number): Any[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, at) => list[Math.round((at * (list.length - 1)) / (most - 1))]).filter(
    (each) => each !== undefined,
  );
}
