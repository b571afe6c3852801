import type { Figure, WindowSummary } from '../../metrics/base/summary.ts';
import type { Report } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { describeLine, errorLines } from './error-lines.ts';
import { linesChart } from './lines-chart.ts';
import { numberAxis } from './axes/number-axis.ts';
import { windowAxis } from './axes/window-axis.ts';

/** The most windows whose points have a shape each. */
const mostShapes = 40;

/** Error by backtest window: whether the predictor is stable. Undefined with fewer than two windows. */
export function windowsChart(canvas: Canvas, { windows }: Report): Chart | undefined {
  const all = errorLines(
    windows.map(({ metrics }) => metrics),
    windows.length > mostShapes ? 'no points' : 'points',
  );
  const lines = all
    .map((line) => ({ ...line, values: line.values.map((value, at) => ratioOf(windows[at], value)) }))
    .filter(({ values }) => values.some((value) => value !== null));
  if (lines.length === 0 || windows.length < 2) return undefined;
  const { axis, label, x, names } = windowAxis(windows, 0.1, 280);
  const left = windows.filter(isOnlyZeros).length;
  return linesChart(canvas, {
    name: 'windows',
    title: 'Error by backtest window',
    description:
      lines.map((line) => describeLine(line, names)).join(' ') +
      (left === 0 ? '' : ` Left out, as every actual in them is 0: ${left === 1 ? '1 window' : `${left} windows`}.`),
    x,
    xAxis: axis,
    xLabel: label,
    y: numberAxis([0, ...lines.flatMap(({ values }) => values)]),
    yLabel: 'Error, as a ratio to actuals',
    lines,
  });
}

/** The figure of a window without any demand is the numerator alone, in units of the target, and no ratio. */
function ratioOf(window: WindowSummary | undefined, value: Figure): Figure {
  return window === undefined || isOnlyZeros(window) ? null : value;
}

function isOnlyZeros({ counts }: WindowSummary): boolean {
  return counts.actuals > 0 && counts.zeroActuals === counts.actuals;
}
