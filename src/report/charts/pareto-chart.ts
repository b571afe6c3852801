import type { ParetoPoint, Report } from '../base/report.ts';
import type { Canvas } from './canvas.ts';
import type { Chart } from './chart.ts';
import { drawChart } from './draw-chart.ts';
import { diagonal, frameMarks, frameOptions, type Frame } from './frame.ts';
import { numberAxis } from './axes/number-axis.ts';
import { color } from './palette.ts';
import { itemsWord, shareText } from './shown-text.ts';
import { thinOut } from './thin-out.ts';

const height = 300;

/** How few items hold how much of the error; undefined where that is unknown, or with one item. */
export function paretoChart(canvas: Canvas, report: Report): Chart | undefined {
  const { pareto, count } = report.items;
  if (pareto.length < 2 || count < 2) return undefined;
  const items = itemsWord(report.export);
  const [x, y] = [numberAxis([0, 1], { percent: true }), numberAxis([0, 1], { percent: true })];
  const frame: Frame = {
    x,
    y,
    xLabel: `Share of ${items}, largest errors first`,
    yLabel: 'Share of the total error, Σ|actual − forecast|',
  };
  const called = callOut(pareto, count);
  const half = pareto.find(({ error }) => error >= 0.5);
  const text = `${shareText(called.items)} of ${items} hold ${shareText(called.error)} of the error`;
  const line = thinOut(pareto.map((point) => ({ x: point.items, y: point.error })));
  const { plot } = canvas;
  return drawChart(canvas, {
    name: 'pareto',
    title: `How the error is shared among ${items}`,
    description: `${text}.${half === undefined ? '' : ` Half of the error is held by ${shareText(half.items)} of the ${count.toLocaleString('en-US')} ${items}.`}`,
    height,
    options: frameOptions(frame),
    marks: [
      ...frameMarks(canvas, frame),
      diagonal(canvas),
      plot.area(line, { x1: 'x', y1: 0, y2: 'y', fill: color('first'), fillOpacity: 0.12 }),
      plot.text([[1, 0.12]], {
        text: [`dashed: if all ${items} had the same error`],
        dx: -6,
        textAnchor: 'end',
        fill: color('muted'),
      }),
      plot.line(line, { x: 'x', y: 'y', stroke: color('first'), strokeWidth: 2 }),
      plot.ruleX([called], { x: 'items', y1: 0, y2: 'error', stroke: color('second'), strokeDasharray: '3 3' }),
      plot.dot([called], { x: 'items', y: 'error', fill: color('second'), r: 4.5 }),
      plot.text([called], {
        ...(called.items > 0.3 ? {} : { x: 'items' }),
        y: 'error',
        text: [text],
        dy: 13,
        // with few items the point is too far right for a text beside it
        ...(called.items > 0.3 ? { frameAnchor: 'right', textAnchor: 'end', dx: -6 } : { textAnchor: 'start', dx: 12 }),
        fill: color('second'),
        stroke: color('background'),
        strokeWidth: 3,
      }),
    ],
  });
}

/** The point that is told in words: the one nearest to a tenth of the items, or the first where they are fewer than ten. */
function callOut(pareto: readonly ParetoPoint[], count: number): ParetoPoint {
  const share = Math.max(0.1, 1 / count);
  const far = ({ items }: ParetoPoint): number => Math.abs(items - share);
  const inner = pareto.filter(({ items }) => items > 0);
  return inner.reduce((best, each) => (far(each) < far(best) ? each : best), inner[0] ?? { items: 1, error: 1 });
}
