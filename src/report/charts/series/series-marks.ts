import type { Markish } from '@observablehq/plot';
import type { Canvas } from '../canvas.ts';
import { lonePlaces } from '../lines.ts';
import { color } from '../palette.ts';
import type { SeriesPlan } from './plan-series.ts';

/** The most points that are dots. */
const mostDots = 160;

/** Where windows begin, and each lane's base line. */
export function windowMarks({ plot }: Canvas, { starts, y, drawn }: SeriesPlan): Markish[] {
  return [
    plot.ruleX(starts, { x: 'x', y1: 'foot', y2: 'top', stroke: color('axis'), strokeDasharray: '2 3' }),
    plot.ruleY(
      Array.from({ length: drawn.lanes }, (_, lane) => y.foot(lane)),
      { stroke: color('axis') },
    ),
  ];
}

/** Bands one in another, so that the middle is darkest; the widest has an outline. */
export function bandMarks({ plot }: Canvas, { bands }: SeriesPlan): Markish[] {
  const fill = color('first');
  return bands.flatMap((band, at) => [
    plot.area(band, { x1: 'x', y1: 'y', y2: 'top', fill, fillOpacity: bands.length === 1 ? 0.22 : 0.15 }),
    plot.ruleX(lonePlaces(band), { x: 'x', y1: 'y', y2: 'top', stroke: fill, strokeOpacity: 0.3, strokeWidth: 7 }),
    ...(at === 0
      ? [
          plot.line(band, { x: 'x', y: 'y', stroke: fill, strokeWidth: 0.75 }),
          plot.line(band, { x: 'x', y: 'top', stroke: fill, strokeWidth: 0.75 }),
        ]
      : []),
  ]);
}

/** The point forecast, actuals, history, and crosses where an actual is missing. */
export function forecastMarks({ plot }: Canvas, plan: SeriesPlan): Markish[] {
  const { line, lone, actuals, history, missing } = plan;
  const known = actuals.filter(({ y }) => !Number.isNaN(y));
  return [
    history.some(({ y }) => !Number.isNaN(y))
      ? plot.text(['history'], {
          frameAnchor: 'top-left',
          dx: 4,
          dy: 6,
          fill: color('muted'),
          stroke: color('background'),
        })
      : null,
    plot.line(history, { x: 'x', y: 'y', stroke: color('muted'), strokeWidth: 1.25 }),
    plot.line(line, { x: 'x', y: 'y', stroke: color('first'), strokeWidth: 2 }),
    plot.dot(lonePlaces(line), { x: 'x', y: 'y', fill: color('first'), symbol: 'square', r: 3 }),
    plot.line(lone, { x: 'x', y: 'y', stroke: color('third'), strokeDasharray: '4 3', strokeWidth: 1.5 }),
    plot.dot(lonePlaces(lone), { x: 'x', y: 'y', fill: color('third'), symbol: 'diamond', r: 3 }),
    plot.line(actuals, { x: 'x', y: 'y', stroke: color('text'), strokeWidth: 1.25 }),
    plot.dot(known.length > mostDots ? lonePlaces(actuals) : known, { x: 'x', y: 'y', fill: color('text'), r: 2 }),
    plot.dot(missing.slice(0, mostDots), {
      x: 'x',
      y: 'y',
      symbol: 'times',
      stroke: color('second'),
      strokeWidth: 1.5,
      r: 3,
    }),
  ];
}

/** Where the axis leaves time out: two slanted strokes over its base line. */
export function breakMarks({ plot }: Canvas, { x, y }: SeriesPlan): Markish[] {
  const middles = x.breaks.map(([from, to]) => ({ x: (from + to) / 2, y: y.domain[0] }));
  return [
    plot.text(middles, {
      x: 'x',
      y: 'y',
      text: () => '//',
      fill: color('muted'),
      stroke: color('background'),
      strokeWidth: 5,
    }),
  ];
}
