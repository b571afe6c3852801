import type { Markish } from '@observablehq/plot';
import type { Report } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { drawChart } from './draw-chart.ts';
import { frameMarks, frameOptions, type Frame } from './frame.ts';
import { numberAxis } from './axes/number-axis.ts';
import { color } from './palette.ts';
import { figureText, typeText } from './shown-text.ts';
import { windowAxis } from './axes/window-axis.ts';

const height = 236;
/** The most windows that are drawn, the latest ones: a stem for each. */
const mostWindows = 200;

/** Bias of the point forecast by backtest window, around 0; undefined without any. */
export function biasChart(canvas: Canvas, { windows: all, point }: Report): Chart | undefined {
  const windows = all.slice(-mostWindows);
  const { axis, label, x, names } = windowAxis(windows, 0.5);
  const biases = windows.map(({ metrics }) => metrics.bias);
  const known = biases.filter((bias) => bias !== null);
  if (known.length === 0 || point === null) return undefined;
  const y = numberAxis([0, ...biases]);
  const frame: Frame = {
    x: axis,
    y,
    xLabel: label,
    yLabel: `Bias of ${typeText(point)}${y.unit}: above 0, the forecast is too high`,
  };
  const [high, low] = [known.filter((bias) => bias > 0).length, known.filter((bias) => bias < 0).length];
  const farthest = biases.reduce<number>(
    (best, bias, at) => (Math.abs(bias ?? 0) > Math.abs(biases[best] ?? 0) ? at : best),
    0,
  );
  const { plot } = canvas;
  const points = x.map((at, index) => ({ x: at, y: y.place(biases[index]) })).filter((place) => !Number.isNaN(place.y));
  const side = (sign: number, fill: 'first' | 'second', symbol: 'triangle' | 'circle'): Markish[] => {
    const own = points.filter((place) => (place.y > 0 ? 1 : -1) === sign);
    return [
      plot.ruleX(own, { x: 'x', y1: 0, y2: 'y', stroke: color(fill), strokeWidth: windows.length > 40 ? 1.5 : 3 }),
      windows.length > 40 ? null : plot.dot(own, { x: 'x', y: 'y', fill: color(fill), symbol, r: 5 }),
    ];
  };
  return drawChart(canvas, {
    name: 'bias',
    title: 'Bias by backtest window',
    description:
      `The forecast is too high on average in ${high} and too low in ${low} of ${known.length} windows; ` +
      `the largest bias is ${figureText(biases[farthest] ?? 0)}, ${names[farthest] ?? ''}.` +
      (all.length > windows.length ? ` Only the last ${windows.length} of ${all.length} windows are drawn.` : ''),
    height,
    options: frameOptions(frame),
    marks: [
      ...frameMarks(canvas, frame),
      plot.ruleY([0], { stroke: color('text') }),
      ...side(1, 'second', 'triangle'),
      ...side(-1, 'first', 'circle'),
    ],
  });
}
