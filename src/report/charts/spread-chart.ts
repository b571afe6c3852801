import type { Markish } from '@observablehq/plot';
import type { ItemSpread, Report, SpreadBin } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { drawChart } from './draw-chart.ts';
import { frameMarks, frameOptions, type Frame } from './frame.ts';
import { numberAxis, type NumberAxis } from './axes/number-axis.ts';
import { color } from './palette.ts';
import { metricTexts } from './metric-texts.ts';
import { itemsWord } from './shown-text.ts';
import { spreadBars, type SpreadBar } from './spread-bars.ts';

const height = 240;

/** How a metric is distributed over items: a histogram with its quantiles above. Undefined without values. */
export function spreadChart(
  canvas: Canvas,
  report: Report,
  { metric: name, bins, distribution }: ItemSpread,
  index: number,
): Chart | undefined {
  const { p10, p25, p50, p75, p90 } = distribution.quantiles;
  if (bins.length === 0 || p10 === null || p25 === null || p50 === null || p75 === null || p90 === null)
    return undefined;
  const { title, unit, isShare, show } = metricTexts(name);
  const items = itemsWord(report.export);
  const bars = spreadBars(bins);
  const most = bars.reduce((highest, { items }) => Math.max(highest, items), 1);
  const x = numberAxis(
    bars.flatMap(({ from, to }) => (bars.length > 1 ? [from, to] : [from * 2 - to, to * 2 - from])),
    { percent: isShare, tight: true, ticks: 6 },
  );
  const counts = numberAxis([0, most], { whole: true, ticks: 4 });
  const strip = most * 1.09;
  const y = { ...counts, domain: [0, most * 1.16] as const, ticks: counts.ticks.filter((tick) => tick <= most) };
  const frame: Frame = {
    x,
    y,
    xLabel: title + unit + x.unit,
    yLabel: `Number of ${items}. Above: median, middle half, middle 80%`,
  };
  const within = (value: number): number => Math.min(x.domain[1], Math.max(x.domain[0], x.place(value)));
  const { plot } = canvas;
  return drawChart(canvas, {
    name: `spread-${index}`,
    title: `${title} over ${items}`,
    description: describe(title, items, distribution, show) + tails(bars, bins, show),
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

function barMarks({ plot }: Canvas, bars: readonly SpreadBar[], x: NumberAxis): Markish[] {
  const places = {
    x1: (bar: SpreadBar) => x.place(bar.from),
    x2: (bar: SpreadBar) => x.place(bar.to),
    y1: 0,
    y2: 'items',
  };
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

function tails(bars: readonly SpreadBar[], bins: readonly SpreadBin[], show: (value: number) => string): string {
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
  items: string,
  { count, quantiles, min, max }: ItemSpread['distribution'],
  show: (value: number) => string,
): string {
  const { p10, p25, p50, p75, p90 } = quantiles;
  const text = (value: number | null): string => (value === null ? 'unknown' : show(value));
  return (
    `Of ${count.toLocaleString('en-US')} ${items}, the median ${title} is ${text(p50)}; half lie between ${text(p25)} and ${text(p75)}, ` +
    `80% between ${text(p10)} and ${text(p90)}, all between ${text(min)} and ${text(max)}.`
  );
}
