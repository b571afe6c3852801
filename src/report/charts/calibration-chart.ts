import type { Markish } from '@observablehq/plot';
import { quantilesOf } from '../../schema/forecast-type.ts';
import type { Report } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { chartWidth, drawChart } from './draw-chart.ts';
import { diagonal, frameMarks, frameOptions, leftOf, margins, type Frame } from './frame.ts';
import { numberAxis } from './axes/number-axis.ts';
import { placeLabels } from './place-labels.ts';
import { color } from './palette.ts';
import { shareText, typeText } from './shown-text.ts';
import { pickEvenly } from './thin-out.ts';

const height = 360;
/** The most quantiles that have a text, and the most intervals that are drawn. */
const mostTexts = 9;
const mostIntervals = 6;

/** A share that should be, and the one that is. */
interface Covered {
  readonly text: string;
  readonly nominal: number;
  readonly coverage: number;
}

/** Coverage of quantiles and intervals against their nominal level; undefined without any. */
export function calibrationChart(canvas: Canvas, { summary, forecastTypes }: Report): Chart | undefined {
  const { coverage, intervals } = summary.metrics;
  const quantiles = known(quantilesOf(forecastTypes).map((type) => [typeText(type), Number(type), coverage[type]]));
  const intervalsKnown = known(
    intervals.map(({ lower, upper, nominal, coverage: share }) => [
      `${typeText(lower)}–${typeText(upper)}`,
      nominal,
      share,
    ]),
  );
  if (quantiles.length === 0) return undefined;
  const between = pickEvenly(intervalsKnown, mostIntervals);
  const [x, y] = [numberAxis([0, 1], { percent: true }), numberAxis([0, 1], { percent: true })];
  const frame: Frame = {
    x,
    y,
    xLabel: 'Nominal level',
    yLabel: 'Share of actuals at or below the quantile, or inside the interval',
  };
  const { plot } = canvas;
  return drawChart(canvas, {
    name: 'calibration',
    title: 'Calibration: coverage against nominal level',
    description:
      describe(quantiles, between) +
      (between.length < intervalsKnown.length
        ? ` ${between.length} of ${intervalsKnown.length} intervals are drawn.`
        : ''),
    height,
    options: frameOptions(frame),
    marks: [
      ...frameMarks(canvas, frame),
      diagonal(canvas),
      plot.ruleX([...quantiles, ...between], { x: 'nominal', y1: 'nominal', y2: 'coverage', stroke: color('axis') }),
      plot.dot(between, {
        x: 'nominal',
        y: 'coverage',
        symbol: 'square',
        stroke: color('second'),
        strokeWidth: 2,
        r: 4.5,
        fill: color('background'),
      }),
      plot.dot(quantiles, { x: 'nominal', y: 'coverage', fill: color('first'), r: quantiles.length > 20 ? 2.5 : 4.5 }),
      ...textMarks(
        canvas,
        [
          ...pickEvenly(quantiles, mostTexts).map((each) => ({ ...each, color: 'first' as const })),
          ...between.map((each) => ({ ...each, color: 'second' as const })),
        ],
        frame,
      ),
    ],
  });
}

/** Texts beside the points, where they cover nothing. */
function textMarks({ plot }: Canvas, points: readonly ColoredPoint[], frame: Frame): Markish[] {
  const [left, right] = [leftOf(frame), 16];
  const placed = points.map(({ nominal, coverage, text }) => ({
    x: left + nominal * (chartWidth - left - right),
    y: height - margins.bottom - coverage * (height - margins.top - margins.bottom),
    text,
  }));
  const bounds = { left, right: chartWidth, top: margins.top - 8, bottom: height - margins.bottom };
  return placeLabels(placed, bounds).map((offset, at) => {
    const point = points[at];
    if (offset === undefined || point === undefined) return null;
    const halo = { stroke: color('background'), strokeWidth: 3 };
    return plot.text([point], {
      x: 'nominal',
      y: 'coverage',
      text: 'text',
      fill: color(point.color),
      ...offset,
      ...halo,
    });
  });
}

/** A point and the colour of its kind. */
interface ColoredPoint extends Covered {
  readonly color: 'first' | 'second';
}

function known(list: readonly (readonly [string, number, number | null | undefined])[]): Covered[] {
  return list.flatMap(([text, nominal, coverage]) =>
    coverage === null || coverage === undefined ? [] : [{ text, nominal, coverage }],
  );
}

function describe(quantiles: readonly Covered[], intervals: readonly Covered[]): string {
  const all = pickEvenly(quantiles, mostTexts).map(({ text, coverage }) => `${text} covers ${shareText(coverage)}`);
  const farthest = quantiles.reduce((most, each) => (distance(each) > distance(most) ? each : most));
  const [widest] = intervals;
  return (
    `Of the actuals, ${all.join(', ')}. The farthest from its level is ${farthest.text}, by ${points(farthest)}.` +
    (widest === undefined
      ? ''
      : ` The interval ${widest.text} should hold ${shareText(widest.nominal)} and holds ${shareText(widest.coverage)}.`)
  );
}

function distance({ nominal, coverage }: Covered): number {
  return Math.abs(coverage - nominal);
}

function points(covered: Covered): string {
  const text = (distance(covered) * 100).toPrecision(2);
  return `${Number(text)} percentage points`;
}
