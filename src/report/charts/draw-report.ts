import type { Report } from '../base/report.ts';
import { loadCanvas } from './canvas.ts';
import type { DrawnReport } from './chart.ts';
import { stepsChart } from './steps-chart.ts';

/**
 * Draws the charts of a report: a few milliseconds each, after Plot and linkedom are loaded, which the first call does.
 * @throws `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED`
 */
export async function drawReport(report: Report): Promise<DrawnReport> {
  const canvas = await loadCanvas();
  return {
    steps: stepsChart(canvas, report),
    windows: undefined,
    bias: undefined,
    calibration: undefined,
    calibrationBySteps: undefined,
    widthBySteps: undefined,
    pareto: undefined,
    costs: undefined,
    comparison: undefined,
    spread: report.items.spread.map(() => undefined),
    series: report.series.map(() => undefined),
  };
}
