import type { Report } from '../base/report.ts';
import { biasChart } from './bias-chart.ts';
import { calibrationChart } from './calibration-chart.ts';
import { calibrationStepsChart } from './calibration-steps-chart.ts';
import { loadCanvas } from './canvas.ts';
import type { DrawnReport } from './chart.ts';
import { comparisonChart } from './comparison-chart.ts';
import { costsChart } from './costs-chart.ts';
import { paretoChart } from './pareto-chart.ts';
import { seriesChart } from './series-chart.ts';
import { spreadChart } from './spread-chart.ts';
import { stepsChart } from './steps-chart.ts';
import { widthChart } from './width-chart.ts';
import { windowsChart } from './windows-chart.ts';

/**
 * Draws the charts of a report: a few milliseconds each, after Plot and linkedom are loaded, which the first call does.
 * @throws `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED`
 */
export async function drawReport(report: Report): Promise<DrawnReport> {
  const canvas = await loadCanvas();
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
    spread: report.items.spread.map((spread, at) => spreadChart(canvas, report, spread, at)),
    series: report.series.map((series, at) => seriesChart(canvas, report, series, at)),
  };
}
