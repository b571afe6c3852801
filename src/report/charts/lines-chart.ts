import type { Markish } from '@observablehq/plot';
import type { Figure } from '../../metrics/base/summary.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { drawChart } from './draw-chart.ts';
import { endLabels } from './end-labels.ts';
import { frameMarks, frameOptions, type Frame, type FrameAxis } from './frame.ts';
import { lineMarks, type LineStyle } from './lines.ts';
import { numberAxis, type NumberAxis } from './axes/number-axis.ts';
import { mostPoints, thinOut } from './thin-out.ts';

/** A line of a chart and what it is called. */
export interface NamedLine {
  readonly label: string;
  readonly style: LineStyle;
  /** As long as the chart's `x`. */
  readonly values: readonly Figure[];
}

/** A chart of lines over one axis, each named at its end. */
export interface LinesDrawing {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly x: readonly number[];
  readonly xAxis: FrameAxis;
  readonly xLabel: string;
  readonly y: NumberAxis;
  readonly yLabel: string;
  readonly lines: readonly NamedLine[];
  /** Drawn below the lines. */
  readonly marks?: readonly Markish[];
}

/** Height of most charts. */
const linesHeight = 256;

/** Draws the lines, thinned out where they have very many points, and says so. */
export function linesChart(canvas: Canvas, drawing: LinesDrawing): Chart {
  const { name, title, x, xAxis, y, lines, marks = [] } = drawing;
  const right = lines.map(({ label }) => label);
  const frame: Frame = { x: xAxis, y, xLabel: drawing.xLabel, yLabel: drawing.yLabel + y.unit, right };
  const thinned =
    x.length > mostPoints ? ` Drawn are the lowest and the highest of each stretch of ${x.length} points.` : '';
  const placed = lines.map(({ label, style, values }) => ({
    label,
    style,
    places: thinOut(x.map((at, index) => ({ x: at, y: y.place(values[index]) }))),
  }));
  const ends = placed.map(({ label, style, places }) => ({
    text: label,
    color: style.color,
    y: places.findLast((place) => !Number.isNaN(place.y))?.y ?? Number.NaN,
  }));
  return drawChart(canvas, {
    name,
    title,
    description: drawing.description + thinned,
    height: linesHeight,
    options: frameOptions(frame),
    marks: [
      ...frameMarks(canvas, frame),
      ...marks,
      ...placed.flatMap(({ places, style }) => lineMarks(canvas, places, style)),
      ...endLabels(canvas, ends, y, linesHeight),
    ],
  });
}

/** The axis of horizon steps. */
export function stepAxis(steps: readonly { readonly step: number }[]): NumberAxis {
  return numberAxis(
    steps.map(({ step }) => step),
    { tight: true, whole: true, ticks: 8 },
  );
}
