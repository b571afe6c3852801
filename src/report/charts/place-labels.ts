import { fontSize, textLength } from './shown-text.ts';

/** A point that gets a text, in units of the `viewBox`. */
export interface LabelledPoint {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Where a text stands beside its point, for Plot. */
export interface LabelOffset {
  readonly dx: number;
  readonly dy: number;
  readonly textAnchor: 'start' | 'end';
}

/** What texts must not leave, or cover. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const offsets: readonly LabelOffset[] = [
  { dx: 9, dy: 9, textAnchor: 'start' },
  { dx: -9, dy: -8, textAnchor: 'end' },
  { dx: 9, dy: -8, textAnchor: 'start' },
  { dx: -9, dy: 9, textAnchor: 'end' },
  { dx: 9, dy: 0, textAnchor: 'start' },
  { dx: -9, dy: 0, textAnchor: 'end' },
];

/**
 * For each point the first place beside it where its text covers no other point and no text before it, and stays within `bounds`;
 * undefined where there is none.
 */
export function placeLabels(points: readonly LabelledPoint[], bounds: Box): (LabelOffset | undefined)[] {
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  return points.map((point) => {
    const found = offsets.find((offset) => {
      const box = boxOf(point, offset);
      return isWithin(box, bounds) && !taken.some((other) => overlap(box, other));
    });
    if (found !== undefined) taken.push(boxOf(point, found));
    return found;
  });
}

function boxOf({ x, y, text }: LabelledPoint, { dx, dy, textAnchor }: LabelOffset): Box {
  const [near, far] = [x + dx, x + dx + textLength(text) * (textAnchor === 'start' ? 1 : -1)];
  const [top, bottom] = [y + dy - fontSize / 2, y + dy + fontSize / 2];
  return { left: Math.min(near, far), right: Math.max(near, far), top, bottom };
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function isWithin(box: Box, bounds: Box): boolean {
  return box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom;
}
