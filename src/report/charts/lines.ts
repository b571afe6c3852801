import type { Markish } from '@observablehq/plot';
import type { Canvas } from './canvas.ts';
import { color, type ColorName } from './palette.ts';

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
    plot.dot(dots, { x: 'x', y: 'y', fill: stroke, symbol: style.symbol ?? 'circle', r: 3 }),
  ];
}

/** Points without a neighbour that a line could go to. */
export function lonePlaces<Any extends Place>(places: readonly Any[]): Any[] {
  const isGap = (place: Place | undefined): boolean => place === undefined || Number.isNaN(place.y);
  return places.filter((place, at) => !isGap(place) && isGap(places[at - 1]) && isGap(places[at + 1]));
}
