import type { Markish } from '@observablehq/plot';
import type { ForecastCost } from '../../metrics/base/costs.ts';
import type { Report } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { drawChart } from './draw-chart.ts';
import { frameMarks, frameOptions, type Frame } from './frame.ts';
import { numberAxis } from './axes/number-axis.ts';
import { color } from './palette.ts';
import { rowAxis, rowsHeight, uprights } from './rows-frame.ts';
import { figureText, typeText } from './shown-text.ts';
import { pickEvenly } from './thin-out.ts';

/** The most forecast types that are drawn. */
const mostTypes = 15;

/** What it costs to stock by each forecast type, the cheapest marked; undefined without costs. */
export function costsChart(canvas: Canvas, { costs, point }: Report): Chart | undefined {
  const all = (costs?.byType ?? []).filter(({ cost }) => cost !== null);
  if (costs === null || all.length === 0) return undefined;
  const { cheapest, under, over } = costs;
  const some = new Set(pickEvenly(all, mostTypes));
  const drawn = all.filter((each) => some.has(each) || each.forecastType === cheapest || each.forecastType === point);
  const x = numberAxis([0, ...drawn.map(({ cost }) => cost)], { ticks: 4 });
  const y = rowAxis(drawn.map(({ forecastType }) => typeText(forecastType)));
  const bars = drawn.map((each, at) => ({
    row: at + 1,
    short: x.place(under * (each.unitsShort ?? 0)),
    cost: x.place(each.cost),
    text: figureText(each.cost ?? 0) + (each.forecastType === cheapest ? ' ◀ lowest' : ''),
    isCheapest: each.forecastType === cheapest,
  }));
  const frame: Frame = {
    x,
    y,
    xLabel: `Cost: ${figureText(under)} for each unit short, ${figureText(over)} for each left over${x.unit}`,
    yLabel: 'Filled: units short. Hollow: units left over.',
    rows: false,
    right: bars.map(({ text }) => text),
  };
  return drawChart(canvas, {
    name: 'costs',
    title: 'Cost of stocking by each forecast type',
    description:
      describe(all, cheapest, costs.saved, point) +
      (all.length > drawn.length ? ` ${drawn.length} of ${all.length} forecast types are drawn.` : ''),
    height: rowsHeight(drawn.length),
    options: frameOptions(frame),
    marks: [uprights(canvas, frame), ...frameMarks(canvas, frame), ...barMarks(canvas, bars)],
  });
}

/** The bar of a forecast type, as the axes have it. */
interface Bar {
  readonly row: number;
  /** Where the part of units short ends. */
  readonly short: number;
  readonly cost: number;
  readonly text: string;
  readonly isCheapest: boolean;
}

function barMarks({ plot }: Canvas, bars: readonly Bar[]): Markish[] {
  const bar = { y1: (each: Bar) => each.row - 0.34, y2: (each: Bar) => each.row + 0.34 };
  const text = { x: 'cost', y: 'row', text: 'text', textAnchor: 'start', dx: 6 } as const;
  const over = { fill: color('second'), fillOpacity: 0.15, stroke: color('second'), inset: 0.5 };
  return [
    plot.rect(bars, { ...bar, x1: 'short', x2: 'cost', ...over }),
    plot.rect(bars, { ...bar, x1: 0, x2: 'short', fill: color('first') }),
    plot.text(
      bars.filter(({ isCheapest }) => isCheapest),
      { ...text, fontWeight: 'bold' },
    ),
    plot.text(
      bars.filter(({ isCheapest }) => !isCheapest),
      { ...text, fill: color('muted') },
    ),
  ];
}

function describe(
  all: readonly ForecastCost[],
  cheapest: string | null,
  saved: number | null,
  point: string | null,
): string {
  const best = all.find(({ forecastType }) => forecastType === cheapest);
  const most = all.reduce((worst, each) => ((each.cost ?? 0) > (worst.cost ?? 0) ? each : worst));
  const dearest = `The highest cost is ${figureText(most.cost ?? 0)}, by ${typeText(most.forecastType)}.`;
  if (best === undefined) return dearest;
  if (all.length === 1) return `Stocking by ${typeText(best.forecastType)} costs ${figureText(best.cost ?? 0)}.`;
  const lowest = `Stocking by ${typeText(best.forecastType)} costs least, ${figureText(best.cost ?? 0)}`;
  const less =
    saved === null || point === null || saved <= 0 ? '' : `, ${figureText(saved)} less than by ${typeText(point)}`;
  return `${lowest}${less}. ${dearest}`;
}
