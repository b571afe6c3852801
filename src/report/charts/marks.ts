import type { Markish } from '@observablehq/plot';
import type { Canvas } from './canvas.ts';
import type { NumberAxis } from './number-axis.ts';
import { color, type ColorName } from './palette.ts';
import { longestText } from './shown-text.ts';

/** What a chart has around its data. */
export interface Frame {
  readonly x: NumberAxis;
  readonly y: NumberAxis;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Texts that stand right of the data. */
  readonly right?: readonly string[];
}

/** The margins and scales of a frame, for Plot's options. */
export function frameOptions({ x, y, right = [] }: Frame): Record<string, unknown> {
  return {
    marginTop: 26,
    marginBottom: 42,
    marginLeft: Math.ceil(longestText(y.ticks.map(y.format))) + 14,
    marginRight: right.length === 0 ? 16 : Math.ceil(longestText(right)) + 14,
    x: { type: 'linear', domain: x.domain, axis: null },
    y: { type: 'linear', domain: y.domain, axis: null },
  };
}

/** Lines across at the ticks of y, a base line with the ticks of x, and both labels. Drawn before the data. */
export function frameMarks({ plot }: Canvas, { x, y, xLabel, yLabel }: Frame): Markish[] {
  return [
    plot.gridY(y.ticks, { stroke: color('grid'), strokeOpacity: 1 }),
    plot.axisY(y.ticks, { tickFormat: y.format, tickSize: 0, label: null, fill: color('muted') }),
    plot.axisX(x.ticks, {
      tickFormat: x.format,
      label: null,
      tickSize: 4,
      tickPadding: 4,
      stroke: color('axis'),
      fill: color('muted'),
    }),
    plot.ruleY([y.domain[0]], { stroke: color('axis') }),
    plot.text([yLabel + y.unit], { frameAnchor: 'top-left', dx: -frameLeft(y), dy: -20, fill: color('muted') }),
    plot.text([xLabel + x.unit], { frameAnchor: 'bottom', dy: 38, lineAnchor: 'bottom', fill: color('muted') }),
  ];
}

function frameLeft(y: NumberAxis): number {
  return Math.ceil(longestText(y.ticks.map(y.format))) + 8;
}

/** A point of a line; y is NaN where there is a gap. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** How a line is told from others: by colour, dashes and the shape of its points. */
export interface LineStyle {
  readonly color: ColorName;
  /** As `stroke-dasharray`; a whole line by default. */
  readonly dash?: string;
  /** No points by default. */
  readonly symbol?: 'circle' | 'square' | 'diamond' | 'triangle';
}

/** A line that ends at gaps; a point between two gaps is a dot. */
export function lineMarks({ plot }: Canvas, places: readonly Place[], style: LineStyle): Markish[] {
  const stroke = color(style.color);
  const dash = style.dash === undefined ? {} : { strokeDasharray: style.dash };
  const dots = style.symbol === undefined ? lonePlaces(places) : places.filter(({ y }) => !Number.isNaN(y));
  return [
    plot.line(places, { x: 'x', y: 'y', stroke, strokeWidth: 2, ...dash }),
    plot.dot(dots, { x: 'x', y: 'y', fill: stroke, symbol: style.symbol ?? 'circle', r: 2.8 }),
  ];
}

/** Points without a neighbour that a line could go to. */
export function lonePlaces(places: readonly Place[]): Place[] {
  const isGap = (place: Place | undefined): boolean => place === undefined || Number.isNaN(place.y);
  return places.filter((place, at) => !isGap(place) && isGap(places[at - 1]) && isGap(places[at + 1]));
}

/** A text right of the data, at the height of what it names. */
export interface EndLabel {
  readonly y: number;
  readonly text: string;
  readonly color: ColorName;
}

/** Texts right of the data, moved apart where they would overlap. `height` is that of the chart. */
export function endLabels({ plot }: Canvas, labels: readonly EndLabel[], y: NumberAxis, height: number): Markish[] {
  const [low, high] = y.domain;
  const line = ((high - low) / (height - 26 - 42)) * 14;
  const drawn = spreadApart(
    labels.filter((label) => !Number.isNaN(label.y)),
    line,
    low,
    high,
  );
  return drawn.map((label) =>
    plot.text([label], {
      y: 'y',
      text: 'text',
      frameAnchor: 'right',
      textAnchor: 'start',
      dx: 8,
      fill: color(label.color),
    }),
  );
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
