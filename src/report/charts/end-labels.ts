import type { Markish } from '@observablehq/plot';
import type { Canvas } from './canvas.ts';
import { margins, type FrameAxis } from './frame.ts';
import { color, type ColorName } from './palette.ts';

/** A text right of the data, at the height of what it names. */
export interface EndLabel {
  readonly y: number;
  readonly text: string;
  readonly color: ColorName;
}

/** Height of a line of text. */
const lineHeight = 15;

/** Texts right of the data, moved apart where they would overlap. `height` is that of the chart. */
export function endLabels({ plot }: Canvas, labels: readonly EndLabel[], y: FrameAxis, height: number): Markish[] {
  const [low, high] = y.domain;
  const apart = ((high - low) / (height - margins.top - margins.bottom)) * lineHeight;
  const drawn = spreadApart(
    labels.filter((label) => !Number.isNaN(label.y)),
    apart,
    low,
    high,
  );
  return [
    plot.text(drawn, {
      y: 'y',
      text: 'text',
      frameAnchor: 'right',
      textAnchor: 'start',
      dx: 8,
      fill: { value: (label: EndLabel) => color(label.color), scale: null },
    }),
  ];
}

/** Moves labels at least `apart` from each other, in their order from below, within `low` to `high` if they have room there. */
export function spreadApart(labels: readonly EndLabel[], apart: number, low: number, high: number): EndLabel[] {
  const sorted = labels.toSorted((a, b) => a.y - b.y);
  const heights: number[] = [];
  for (const { y } of sorted) heights.push(Math.max(y, low, (heights.at(-1) ?? Number.NEGATIVE_INFINITY) + apart));
  let ceiling = high + apart / 2;
  for (let at = heights.length - 1; at >= 0; at--) {
    heights[at] = Math.min(heights[at] ?? 0, ceiling);
    ceiling = (heights[at] ?? 0) - apart;
  }
  return sorted.map((label, at) => ({ ...label, y: heights[at] ?? label.y }));
}
