import type { Markish } from '@observablehq/plot';
import { findMetric } from '../../metrics/base/metric.ts';
import type { PairedMetric, PairedDifference } from '../../compare/result.ts';
import type { Report, ReportedComparison } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { drawChart } from './draw-chart.ts';
import { metricTexts } from './metric-texts.ts';
import { frameMarks, frameOptions, type Frame } from './frame.ts';
import { numberAxis, type NumberAxis } from './axes/number-axis.ts';
import { color } from './palette.ts';
import { rowAxis, rowsHeight, uprights } from './rows-frame.ts';
import { shareText, shownText } from './shown-text.ts';

/** The most rows that are drawn. */
const mostRows = 30;

/** How far another export is from the first one by a metric, relative to the first one's figure. */
interface ComparedRow {
  readonly name: string;
  readonly other: string;
  readonly metric: string;
  readonly difference: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * The relative differences of metrics where lower is better, with their intervals, around 0: a forest plot. Undefined without a
 * comparison, or where no figure can be related to the first one's.
 */
export function comparisonChart(canvas: Canvas, { comparison }: Report): Chart | undefined {
  const all = comparison === null ? [] : rowsOf(comparison);
  const rows = all.slice(0, mostRows);
  if (comparison === null || rows.length === 0) return undefined;
  const x = numberAxis([0, ...rows.flatMap(({ difference, lower, upper }) => [difference, lower, upper])], {
    percent: true,
    ticks: 4,
  });
  const frame: Frame = {
    x,
    y: rowAxis(rows.map(({ name }) => name)),
    xLabel: `Difference from ${nameOf(comparison, 0)}, in % of its figure${x.unit}`,
    yLabel: '◀ below 0: better than the first. Lines: 95% intervals.',
    rows: false,
    right: rows.map(({ difference }) => signed(difference)),
  };
  return drawChart(canvas, {
    name: 'comparison',
    title: 'Difference between the exports',
    description:
      describe(rows, comparison) +
      (all.length > rows.length ? ` ${rows.length} of ${all.length} differences are drawn.` : ''),
    height: rowsHeight(rows.length),
    options: frameOptions(frame),
    marks: [
      uprights(canvas, frame),
      ...frameMarks(canvas, frame),
      canvas.plot.ruleX([0], { stroke: color('text') }),
      ...rowMarks(canvas, rows, x),
    ],
  });
}

/** Better and worse differ in colour and shape; what could be chance is hollow. */
function rowMarks({ plot }: Canvas, rows: readonly ComparedRow[], x: NumberAxis): Markish[] {
  const places = rows.map((row, at) => ({
    y: at + 1,
    from: x.place(row.lower),
    to: x.place(row.upper),
    at: x.place(row.difference),
    text: signed(row.difference),
    isBetter: row.difference <= 0,
    isCertain: isCertain(row),
  }));
  return ([true, false] as const).flatMap((isBetter) => {
    const own = places.filter((place) => place.isBetter === isBetter);
    const stroke = color(isBetter ? 'first' : 'second');
    const dot = {
      x: 'at',
      y: 'y',
      symbol: isBetter ? ('circle' as const) : ('triangle' as const),
      r: 5,
      stroke,
      strokeWidth: 2,
    };
    const known = own.filter(({ from, to }) => !Number.isNaN(from) && !Number.isNaN(to));
    return [
      plot.ruleY(known, { y: 'y', x1: 'from', x2: 'to', stroke, strokeWidth: 2 }),
      plot.dot(
        own.filter((place) => place.isCertain),
        { ...dot, fill: stroke },
      ),
      plot.dot(
        own.filter((place) => !place.isCertain),
        { ...dot, fill: color('background') },
      ),
      plot.text(own, { y: 'y', text: 'text', frameAnchor: 'right', textAnchor: 'start', dx: 8, fill: stroke }),
    ];
  });
}

function rowsOf(comparison: ReportedComparison): ComparedRow[] {
  const metrics = comparison.metrics.filter(
    ({ metric }) => findMetric(metric)?.better === 'lower' && metric !== 'WAPESum',
  );
  return metrics.flatMap((pair) =>
    pair.differences.flatMap((difference, at) => rowOf(comparison, pair, difference, at)),
  );
}

function rowOf(
  comparison: ReportedComparison,
  pair: PairedMetric,
  paired: PairedDifference | null,
  at: number,
): ComparedRow[] {
  const [first] = pair.values;
  if (paired === null || paired.difference === null || typeof first !== 'number' || !(first > 0)) return [];
  const metric = metricTexts(pair.metric).title;
  const relative = (value: number | undefined): number | null => {
    const share = value === undefined ? Number.NaN : value / first;
    return Number.isFinite(share) ? share : null;
  };
  const difference = relative(paired.difference);
  if (difference === null) return [];
  const [lower, upper] = [relative(paired.interval?.lower), relative(paired.interval?.upper)];
  const name = comparison.exports.length > 2 ? `${metric}, ${comparison.exports[at]?.label ?? ''}` : metric;
  const interval = lower === null || upper === null ? { lower: null, upper: null } : { lower, upper };
  return [{ name, metric, other: nameOf(comparison, at), difference, ...interval }];
}

/** `B (bike_2)`. */
function nameOf({ exports }: ReportedComparison, at: number): string {
  const one = exports[at];
  if (one === undefined) return '';
  return one.jobName === null ? one.label : `${one.label} (${shownText(one.jobName, 20)})`;
}

function isCertain({ lower, upper }: ComparedRow): boolean {
  return lower !== null && upper !== null && (lower > 0 || upper < 0);
}

function signed(difference: number): string {
  return difference > 0 ? `+${shareText(difference)}` : shareText(difference);
}

function describe(rows: readonly ComparedRow[], comparison: ReportedComparison): string {
  const [row] = rows;
  if (row === undefined) return '';
  const certain = rows.filter(isCertain);
  const better = certain.filter(({ difference }) => difference < 0).length;
  const others = rows.length - certain.length;
  return (
    `${row.metric} of ${row.other} is ${shareText(Math.abs(row.difference))} ${row.difference > 0 ? 'above' : 'below'} that of ` +
    `${nameOf(comparison, 0)}. Of ${rows.length} differences, ${better} are better and ${certain.length - better} worse with a ` +
    `95% interval that excludes 0${others === 0 ? '' : `; the other ${others} could be chance, or have no interval`}.`
  );
}
