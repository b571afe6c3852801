import { quantilesOf } from '../../schema/forecast-type.ts';
import type { ForecastType } from '../../schema/schema.ts';
import type { Report } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { linesChart, stepAxis, type NamedLine } from './lines-chart.ts';
import type { LineStyle } from './lines.ts';
import { numberAxis } from './axes/number-axis.ts';
import { color } from './palette.ts';
import { shareText, typeText } from './shown-text.ts';
import { pickEvenly } from './thin-out.ts';

/** The most quantiles that are drawn. */
const mostLines = 7;

/** Coverage of each quantile by horizon step, its nominal level as a thin line; undefined with fewer than two steps. */
export function calibrationStepsChart(canvas: Canvas, { steps, forecastTypes }: Report): Chart | undefined {
  const all = quantilesOf(forecastTypes).filter((type) =>
    steps.some(({ metrics }) => typeof metrics.coverage[type] === 'number'),
  );
  const types = pickEvenly(all, mostLines);
  if (steps.length < 2 || types.length === 0) return undefined;
  const lines: NamedLine[] = types.map((type) => ({
    label: typeText(type),
    style: styleOf(Number(type), types),
    values: steps.map(({ metrics }) => metrics.coverage[type] ?? null),
  }));
  const y = numberAxis([0, 1], { percent: true });
  const { plot } = canvas;
  return linesChart(canvas, {
    name: 'calibration-steps',
    title: 'Calibration by horizon step',
    description:
      lines.map(({ label, values }) => describe(label, values)).join(' ') +
      (all.length > types.length ? ` ${types.length} of ${all.length} quantiles are drawn.` : ''),
    x: steps.map(({ step }) => step),
    xAxis: stepAxis(steps),
    xLabel: 'Horizon step',
    y,
    yLabel: 'Share of actuals at or below; thin: nominal level',
    lines,
    marks: types.map((type) =>
      plot.ruleY([Number(type)], {
        stroke: color(styleOf(Number(type), types).color),
        strokeWidth: 0.75,
        strokeDasharray: '2 3',
      }),
    ),
  });
}

const dashes = ['', '8 3', '2 2'];

/** Upper quantiles in one colour, lower ones in another, the median in a third; the farther out, the more whole. */
function styleOf(level: number, types: readonly ForecastType[]): LineStyle {
  if (level === 0.5) return { color: 'third', dash: '6 2 2 2' };
  const isUpper = level > 0.5;
  const side = types.map(Number).filter((each) => (isUpper ? each > level : each < level));
  const dash = dashes[side.length] ?? '';
  return { color: isUpper ? 'first' : 'second', ...(dash === '' ? {} : { dash }) };
}

/** `p90 covers 86% to 91%.` */
function describe(label: string, values: NamedLine['values']): string {
  const known = values.filter((value) => value !== null);
  const low = shareText(known.reduce((least, value) => Math.min(least, value), 1));
  const high = shareText(known.reduce((most, value) => Math.max(most, value), 0));
  return `${label} covers ${low === high ? low : `${low} to ${high}`}.`;
}
