import type { Markish, PlotOptions } from '@observablehq/plot';
import type { Canvas } from './canvas.ts';
import { color } from './palette.ts';
import { longestText, textLength } from './shown-text.ts';

/** An axis as a frame needs it. */
export interface FrameAxis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly format: (tick: number) => string;
}

/** What a chart has around its data. */
export interface Frame {
  readonly x: FrameAxis;
  readonly y: FrameAxis;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Lines across at the ticks of y; on by default. */
  readonly rows?: boolean;
  /** Texts that stand right of the data. */
  readonly right?: readonly string[];
}

/** Room above and below the data, in units of the `viewBox`. */
export const margins = { top: 28, bottom: 46 } as const;

/** The margins and scales of a frame. */
export function frameOptions(frame: Frame): Pick<PlotOptions, 'x' | 'y'> & Record<string, unknown> {
  const { x, y, right = [] } = frame;
  return {
    marginTop: margins.top,
    marginBottom: margins.bottom,
    marginLeft: leftOf(frame),
    marginRight: right.length === 0 ? 16 : Math.ceil(longestText(right)) + 12,
    x: { type: 'linear', domain: x.domain, axis: null },
    y: { type: 'linear', domain: y.domain, axis: null },
  };
}

/** Lines across at the ticks of y, a base line with the ticks of x, and both labels. To be drawn before the data. */
export function frameMarks({ plot }: Canvas, frame: Frame): Markish[] {
  const { x, y, xLabel, yLabel, rows = true } = frame;
  const ticks = { tickSize: 4, tickPadding: 4, stroke: color('axis'), fill: color('muted') };
  return [
    rows ? plot.gridY(y.ticks, { stroke: color('grid'), strokeOpacity: 1 }) : null,
    plot.axisY(y.ticks, { tickFormat: y.format, tickSize: 0, tickPadding: 8, label: null, fill: color('muted') }),
    plot.axisX(x.ticks, { ...ticks, tickFormat: x.format, label: null }),
    plot.ruleY([y.domain[0]], { stroke: color('axis') }),
    plot.text([yLabel], {
      frameAnchor: 'top-left',
      lineAnchor: 'bottom',
      dx: 4 - leftOf(frame),
      dy: -12,
      fill: color('muted'),
    }),
    plot.text([xLabel], { frameAnchor: 'bottom', lineAnchor: 'bottom', dy: margins.bottom - 4, fill: color('muted') }),
  ];
}

/** Room left of the data: for the texts of y, and for half of the first one of x. */
export function leftOf({ x, y }: Frame): number {
  const [first] = x.ticks;
  const [low, high] = x.domain;
  // a chart's data are about 300 wide, or more
  const half = first === undefined ? 0 : textLength(x.format(first)) / 2 - ((first - low) / (high - low)) * 300;
  return Math.ceil(Math.max(longestText(y.ticks.map((tick) => y.format(tick))) + 12, half + 2));
}

/** A dashed line from one corner to the other: where both axes have the same value. */
export function diagonal({ plot }: Canvas): Markish {
  const corners: [number, number][] = [
    [0, 0],
    [1, 1],
  ];
  return plot.line(corners, { stroke: color('axis'), strokeDasharray: '4 4' });
}
