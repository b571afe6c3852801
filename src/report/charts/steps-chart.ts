import { showFigure } from '../../show/values/show-value.ts';
import type { Report } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { drawChart } from './draw-chart.ts';
import { endLabels, frameMarks, frameOptions, lineMarks, type Frame, type LineStyle } from './marks.ts';
import { numberAxis } from './number-axis.ts';

const height = 250;

/** A metric that is drawn as a line. */
interface ErrorLine {
  readonly label: string;
  readonly style: LineStyle;
  readonly values: readonly (number | null)[];
}

/** Error of the point forecast and of the quantiles by horizon step; undefined with fewer than two steps. */
export function stepsChart(canvas: Canvas, { steps }: Report): Chart | undefined {
  const lines: ErrorLine[] = [
    { label: 'WAPE', style: { color: 'first' } as const, values: steps.map(({ metrics }) => metrics.WAPE) },
    {
      label: 'Average wQL',
      style: { color: 'second', dash: '6 3' } as const,
      values: steps.map(({ metrics }) => metrics.averageWQL),
    },
  ].filter(({ values }) => values.some((value) => value !== null));
  if (lines.length === 0 || steps.length < 2) return undefined;
  const y = numberAxis([0, ...lines.flatMap(({ values }) => values)]);
  const x = numberAxis(
    steps.map(({ step }) => step),
    { tight: true, whole: true, ticks: 8 },
  );
  const frame: Frame = { x, y, xLabel: 'Horizon step', yLabel: 'Error', right: lines.map(({ label }) => label) };
  return drawChart(canvas, {
    name: 'steps',
    title: 'Error by horizon step',
    description: lines
      .map((line) =>
        describe(
          line,
          steps.map(({ step }) => step),
        ),
      )
      .join(' '),
    height,
    options: frameOptions(frame),
    marks: [
      ...frameMarks(canvas, frame),
      ...lines.flatMap(({ values, style }) =>
        lineMarks(
          canvas,
          steps.map(({ step }, at) => ({ x: x.place(step), y: y.place(values[at]) })),
          style,
        ),
      ),
      ...endLabels(
        canvas,
        lines.map(({ label, values, style }) => ({
          y: y.place(values.findLast((value) => value !== null)),
          text: label,
          color: style.color,
        })),
        y,
        height,
      ),
    ],
  });
}

function describe({ label, values }: ErrorLine, steps: readonly number[]): string {
  const known = steps.flatMap((step, at) => (typeof values[at] === 'number' ? [{ step, value: values[at] }] : []));
  const [first, last] = [known[0], known.at(-1)];
  const worst = known.reduce(
    (most, each) => (each.value > most.value ? each : most),
    known[0] ?? { step: 0, value: 0 },
  );
  if (first === undefined || last === undefined) return '';
  return (
    `${label} goes from ${showFigure(first.value)} at step ${first.step} to ${showFigure(last.value)} at step ${last.step}` +
    `; it is largest at step ${worst.step}, ${showFigure(worst.value)}.`
  );
}
