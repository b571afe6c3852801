import type { Report } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { describeLine } from './error-lines.ts';
import { linesChart, stepAxis, type NamedLine } from './lines-chart.ts';
import type { LineStyle } from './lines.ts';
import { numberAxis } from './axes/number-axis.ts';
import { typeText } from './shown-text.ts';
import { pickEvenly } from './thin-out.ts';

const styles: readonly LineStyle[] = [
  { color: 'first' },
  { color: 'second', dash: '6 3' },
  { color: 'third', dash: '2 2' },
  { color: 'muted', dash: '8 3 2 3' },
];

/** Mean width of the prediction intervals by horizon step; undefined with fewer than two steps, or without intervals. */
export function widthChart(canvas: Canvas, { steps }: Report): Chart | undefined {
  const all = (steps[0]?.metrics.intervals ?? []).map(({ lower, upper }): Omit<NamedLine, 'style'> => ({
    label: `${typeText(lower)}–${typeText(upper)}`,
    values: steps.map(
      ({ metrics }) =>
        metrics.intervals.find((each) => each.lower === lower && each.upper === upper)?.meanWidth ?? null,
    ),
  }));
  const known = all.filter(({ values }) => values.some((value) => value !== null));
  const lines = pickEvenly(known, styles.length).map((line, at) => ({
    ...line,
    style: styles[at] ?? { color: 'first' },
  }));
  if (steps.length < 2 || lines.length === 0) return undefined;
  const places = steps.map(({ step }) => `at step ${step}`);
  return linesChart(canvas, {
    name: 'width',
    title: 'Width of prediction intervals by horizon step',
    description:
      lines.map((line) => describeLine({ ...line, label: `The mean width of ${line.label}` }, places)).join(' ') +
      (known.length > lines.length ? ` ${lines.length} of ${known.length} intervals are drawn.` : ''),
    x: steps.map(({ step }) => step),
    xAxis: stepAxis(steps),
    xLabel: 'Horizon step',
    y: numberAxis([0, ...lines.flatMap(({ values }) => values)]),
    yLabel: 'Mean width, in units of the target',
    lines,
  });
}
