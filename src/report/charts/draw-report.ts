import { Pause } from '../../pause.ts';
import type { Report } from '../base/report.ts';
import { biasChart } from './bias-chart.ts';
import { calibrationChart } from './calibration-chart.ts';
import { calibrationStepsChart } from './calibration-steps-chart.ts';
import { loadCanvas } from './canvas.ts';
import type { Chart, DrawnReport } from './chart.ts';
import { comparisonChart } from './comparison-chart.ts';
import { costsChart } from './costs-chart.ts';
import { paretoChart } from './pareto-chart.ts';
import { seriesChart } from './series/series-chart.ts';
import { spreadChart } from './spread-chart.ts';
import { stepsChart } from './steps-chart.ts';
import { widthChart } from './width-chart.ts';
import { windowsChart } from './windows-chart.ts';

/** About what a chart takes, in the units of {@link Pause}. */
const unitsPerChart = 50_000;

/**
 * Draws the charts of a report: a few milliseconds each, after Plot and linkedom are loaded, which the first call does. Yields to
 * the event loop meanwhile.
 * @throws `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED`; the signal's reason
 */
export async function drawReport(report: Report, signal?: AbortSignal): Promise<DrawnReport> {
  const canvas = await loadCanvas();
  const pause = new Pause(signal);
  await pause.take();
  const drawEach = async <Any>(list: readonly Any[], draw: (each: Any, at: number) => Chart | undefined) => {
    const charts: (Chart | undefined)[] = [];
    for (const [at, each] of list.entries()) {
      if (pause.isDue(unitsPerChart)) await pause.take();
      charts.push(draw(each, at));
    }
    return charts;
  };
  return {
    steps: stepsChart(canvas, report),
    windows: windowsChart(canvas, report),
    bias: biasChart(canvas, report),
    calibration: calibrationChart(canvas, report),
    calibrationBySteps: calibrationStepsChart(canvas, report),
    widthBySteps: widthChart(canvas, report),
    pareto: paretoChart(canvas, report),
    costs: costsChart(canvas, report),
    comparison: comparisonChart(canvas, report),
    spread: await drawEach(report.items.spread, (spread, at) => spreadChart(canvas, report, spread, at)),
    series: await drawEach(report.series, (series, at) => seriesChart(canvas, report, series, at)),
  };
}
