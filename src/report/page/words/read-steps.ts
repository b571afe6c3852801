import { showFigure } from '../../../show/values/show-value.ts';
import type { Report } from '../../base/report.ts';
import { isFigure } from './measures.ts';
import { thresholds } from './thresholds.ts';

/** How the error changes over the horizon. */
export interface StepTrend {
  readonly metric: 'WAPE' | 'average wQL';
  /** Steps in the first and in the last third. */
  readonly count: number;
  /** Means of the metric. */
  readonly first: number;
  readonly last: number;
  /** last / first. */
  readonly ratio: number;
}

interface MeasuredStep {
  readonly step: number;
  readonly value: number;
}

/** The metric of each step that has one: WAPE, or the average wQL without it. */
function measuredSteps({ steps }: Report): { readonly metric: StepTrend['metric']; readonly values: MeasuredStep[] } {
  const read = (metric: 'WAPE' | 'averageWQL'): MeasuredStep[] =>
    steps.flatMap(({ step, metrics }) => (isFigure(metrics[metric]) ? [{ step, value: metrics[metric] }] : []));
  const byWape = read('WAPE');
  return byWape.length > 0 ? { metric: 'WAPE', values: byWape } : { metric: 'average wQL', values: read('averageWQL') };
}

/** The first third of the steps against the last; undefined with fewer than three. */
export function stepTrend(report: Report): StepTrend | undefined {
  const { metric, values } = measuredSteps(report);
  const count = Math.floor(values.length / 3);
  if (count === 0) return undefined;
  const [first, last] = [meanOf(values.slice(0, count)), meanOf(values.slice(-count))];
  const ratio = first === last ? 1 : last / first;
  return { metric, count, first, last, ratio };
}

function meanOf(values: readonly MeasuredStep[]): number {
  return values.reduce((sum, { value }) => sum + value / values.length, 0);
}

/** Whether the error grows with the horizon. */
export function readSteps(report: Report): string | undefined {
  const { metric, values } = measuredSteps(report);
  const [only, second] = values;
  if (only === undefined) return undefined;
  const trend = stepTrend(report);
  if (trend === undefined) {
    const other = second === undefined ? '' : ` and ${showFigure(second.value)} at step ${second.step}`;
    return `The ${metric} is ${showFigure(only.value)} at step ${only.step}${other}.`;
  }
  const { count, first, last, ratio } = trend;
  const judged =
    ratio >= thresholds.stepsGrow
      ? 'grows with the horizon'
      : ratio <= 1 / thresholds.stepsGrow
        ? 'falls with the horizon'
        : 'changes little over the horizon';
  const [early, late] =
    count === 1
      ? ['at the first step', 'at the last one']
      : [`over the first ${count} steps`, `over the last ${count}`];
  return `The error ${judged}: ${metric} is ${showFigure(first)} ${early} and ${showFigure(last)} ${late}${count === 1 ? '' : ', as means'}.`;
}
