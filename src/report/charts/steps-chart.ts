import type { Report } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { describeLine, errorLabel, errorLines } from './error-lines.ts';
import { linesChart, stepAxis } from './lines-chart.ts';
import { numberAxis } from './axes/number-axis.ts';

/** Error of the point forecast and of the quantiles by horizon step; undefined with fewer than two steps. */
export function stepsChart(canvas: Canvas, { steps }: Report): Chart | undefined {
  const lines = errorLines(
    steps.map(({ metrics }) => metrics),
    'no points',
  );
  if (lines.length === 0 || steps.length < 2) return undefined;
  const places = steps.map(({ step }) => `at step ${step}`);
  return linesChart(canvas, {
    name: 'steps',
    title: 'Error by horizon step',
    description: lines.map((line) => describeLine(line, places)).join(' '),
    x: steps.map(({ step }) => step),
    xAxis: stepAxis(steps),
    xLabel: 'Horizon step',
    y: numberAxis([0, ...lines.flatMap(({ values }) => values)]),
    yLabel: errorLabel(steps),
    lines,
  });
}
