import type { Report, ReportedSeries } from '../../base/report.ts';
import type { Canvas } from '../canvas.ts';
import type { Chart } from '../chart.ts';
import { describeSeries, seriesTitle } from './describe-series.ts';
import { drawChart, wideWidth } from '../draw-chart.ts';
import { endLabels } from '../end-labels.ts';
import { frameMarks, frameOptions, margins, type Frame } from '../frame.ts';
import { bandMarks, breakMarks, forecastMarks, windowMarks } from './series-marks.ts';
import { planSeries } from './plan-series.ts';

const oneLane = 210;
const laneHeight = 120;

/**
 * The fan chart of a series: actuals, point forecast and bands between quantiles, in every window and on one axis of time. Windows
 * that overlap are in lanes of their own. Undefined where no window has a value.
 */
export function seriesChart(canvas: Canvas, report: Report, series: ReportedSeries, index: number): Chart | undefined {
  const plan = planSeries(report, series, wideWidth - 130);
  if (plan === undefined) return undefined;
  const { x, y, drawn } = plan;
  const height = margins.top + margins.bottom + (drawn.lanes === 1 ? oneLane : drawn.lanes * laneHeight);
  const frame: Frame = {
    x,
    y,
    xLabel: x.label,
    yLabel: `Units of the target${plan.unit}`,
    right: plan.labels.map(({ text }) => text),
  };
  return drawChart(canvas, {
    name: `series-${index}`,
    title: seriesTitle(series),
    description: describeSeries(series, plan),
    wide: true,
    height,
    options: frameOptions(frame),
    marks: [
      ...frameMarks(canvas, frame),
      ...windowMarks(canvas, plan),
      ...bandMarks(canvas, plan),
      ...forecastMarks(canvas, plan),
      ...breakMarks(canvas, plan),
      ...endLabels(canvas, plan.labels, y, height),
    ],
  });
}
