import type { Markish } from '@observablehq/plot';
import { findMetric } from '../../metrics/base/metric.ts';
import type { ItemSpread, SpreadBin } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { drawChart } from './draw-chart.ts';
import { frameMarks, frameOptions, type Frame } from './frame.ts';
import { numberAxis, type NumberAxis } from './number-axis.ts';
import { color } from './palette.ts';
import { figureText, shareText, shownText } from './shown-text.ts';

const height = 240;

/** A bar of the histogram. */
interface Bar {
  readonly from: number;
  readonly to: number;
  readonly items: number;
  /** Holds values far out as well: drawn narrower than it is. */
  readonly isTail: boolean;
}

/** How a metric is distributed over items: a histogram with its quantiles above. Undefined without values. */
export function spreadChart(
  canvas: Canvas,
  { metric: name, bins, distribution }: ItemSpread,
  index: number,
): Chart | undefined {
  const { p10, p25, p50, p75, p90 } = distribution.quantiles;
  if (bins.length === 0 || p10 === null || p25 === null || p50 === null || p75 === null || p90 === null)
    return undefined;
  const metric = findMetric(name);
  const percent = metric?.unit === 'share';
  const title = metric?.title ?? shownText(name, 40);
  const bars = barsOf(bins);
  const most = bars.reduce((highest, { items }) => Math.max(highest, items), 1);
  const x = numberAxis(
    bars.flatMap(({ from, to }) => (bars.length > 1 ? [from, to] : [from * 2 - to, to * 2 - from])),
    { percent, tight: true, ticks: 6 },
  );
  const counts = numberAxis([0, most], { whole: true, ticks: 4 });
  const strip = most * 1.09;
  const y = { ...counts, domain: [0, most * 1.16] as const, ticks: counts.ticks.filter((tick) => tick <= most) };
  const frame: Frame = {
    x,
    y,
    xLabel: `${title}${x.unit}`,
    yLabel: 'Items. Above: median, middle half (bar), p10 to p90 (line)',
  };
  const within = (value: number): number => Math.min(x.domain[1], Math.max(x.domain[0], x.place(value)));
  const { plot } = canvas;
  return drawChart(canvas, {
    name: `spread-${index}`,
    title: `${title} over items`,
    description:
      describe(title, distribution, percent ? shareText : figureText) +
      tails(bars, bins, percent ? shareText : figureText),
    height,
    options: frameOptions(frame),
    marks: [
      ...frameMarks(canvas, frame),
      ...barMarks(canvas, bars, x),
      plot.ruleY([strip], { x1: within(p10), x2: within(p90), stroke: color('second'), strokeWidth: 1.5 }),
      plot.ruleY([strip], { x1: within(p25), x2: within(p75), stroke: color('second'), strokeWidth: 6 }),
      plot.dot([[within(p50), strip]], { fill: color('background'), stroke: color('second'), strokeWidth: 2, r: 5 }),
    ],
  });
}

function barMarks({ plot }: Canvas, bars: readonly Bar[], x: NumberAxis): Markish[] {
  const places = { x1: (bar: Bar) => x.place(bar.from), x2: (bar: Bar) => x.place(bar.to), y1: 0, y2: 'items' };
  const inset = bars.length > 60 ? 0 : 0.5;
  return [
    plot.rect(
      bars.filter(({ isTail }) => !isTail),
      { ...places, fill: color('first'), inset },
    ),
    plot.rect(
      bars.filter(({ isTail }) => isTail),
      { ...places, fill: color('first'), fillOpacity: 0.2, stroke: color('first'), strokeDasharray: '3 2', inset: 1 },
    ),
  ];
}

/** Bins of equal width, but for those at the ends that reach far out, and one of a single value. */
function barsOf(bins: readonly SpreadBin[]): Bar[] {
  const widths = bins.map(({ from, to }) => to - from).toSorted((a, b) => a - b);
  const usual = widths[Math.floor(widths.length / 2)] ?? 0;
  return bins.map(({ from, to, items }, at) => {
    const isTail = bins.length > 2 && to - from > usual * 1.5;
    if (isTail && at === 0) return { from: to - usual, to, items, isTail };
    if (isTail && at === bins.length - 1) return { from, to: from + usual, items, isTail };
    if (from < to) return { from, to, items, isTail: false };
    const half = from === 0 ? 0.5 : Math.abs(from) * 0.05;
    return { from: from - half, to: to + half, items, isTail: false };
  });
}

function tails(bars: readonly Bar[], bins: readonly SpreadBin[], show: (value: number) => string): string {
  const [first, last] = [bars[0], bars.at(-1)];
  const low =
    first?.isTail === true
      ? ` The dashed bar at the left holds ${first.items} down to ${show(bins[0]?.from ?? 0)}.`
      : '';
  const high =
    last?.isTail === true
      ? ` The dashed bar at the right holds ${last.items} up to ${show(bins.at(-1)?.to ?? 0)}.`
      : '';
  return low + high;
}

function describe(
  title: string,
  { count, quantiles, min, max }: ItemSpread['distribution'],
  show: (value: number) => string,
): string {
  const { p10, p25, p50, p75, p90 } = quantiles;
  const text = (value: number | null): string => (value === null ? 'unknown' : show(value));
  return (
    `Of ${count.toLocaleString('en-US')} items, the median ${title} is ${text(p50)}; half lie between ${text(p25)} and ${text(p75)}, ` +
    `80% between ${text(p10)} and ${text(p90)}, all between ${text(min)} and ${text(max)}.`
  );
}
