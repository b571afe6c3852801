import type { Counts, Metrics } from '../../../metrics/base/summary.ts';
import { showFigure } from '../../../show/values/show-value.ts';
import { noteTexts } from '../../../show/results/note-texts.ts';
import type { ReportedStep } from '../../base/report.ts';
import type { PageSection } from '../model.ts';
import { numbers, pageTable, texts } from '../page-table.ts';
import { showWhole, windowTime } from '../words/measures.ts';
import { readAccuracy, readWapeMeaning } from '../words/read-metrics.ts';
import { readSteps } from '../words/read-steps.ts';
import { readBias, readStability, showBiasShare } from '../words/read-windows.ts';
import { metricFields, present, type SectionContext } from './context.ts';

/** A window, or all of them. */
interface MeasuredRow {
  readonly start: string;
  readonly end: string;
  readonly itemCount: number;
  readonly count: number;
  readonly counts: Counts;
  readonly metrics: Metrics;
}

/** The metrics of all windows and of each, and why some are missing. */
export function metricsSection({ report, most }: SectionContext): PageSection {
  const { summary, windows } = report;
  const time = windowTime(report);
  const overall = { ...summary, start: '', end: '' };
  const rows: MeasuredRow[] = summary.count === 0 && windows.length === 0 ? [] : [overall, ...windows];
  const table = pageTable<MeasuredRow>(
    rows,
    [
      texts('window from', ({ start }) => (start === '' ? 'all windows' : time(start))),
      texts('to', ({ end }) => (end === '' ? '' : time(end))),
      numbers('items', ({ itemCount }) => showWhole(itemCount)),
      numbers('actuals', ({ count }) => showWhole(count)),
      ...metricFields<MeasuredRow>(report, ({ metrics }) => metrics),
    ],
    { caption: 'Metrics over all windows (the mean of them) and of each', most: most + 1, totals: 1, drop: 0 },
  );
  const notes = [readWapeMeaning(report), ...noteTexts({ ...report, skippedParts: [] })].slice(0, most);
  return {
    id: 'metrics',
    title: 'Accuracy by window',
    reading: readAccuracy(report),
    blocks: present([table, { kind: 'notes', title: 'What to know about these figures', notes, drop: 0 }]),
  };
}

/** How the error changes over the horizon. */
export function stepsSection({ report, most }: SectionContext): PageSection {
  const table = pageTable<ReportedStep>(
    report.steps,
    [
      numbers('step', ({ step }) => String(step)),
      numbers('actuals', ({ count }) => showWhole(count)),
      ...metricFields<ReportedStep>(report, ({ metrics }) => metrics),
    ],
    { caption: 'Error by horizon step, over all windows', most, drop: 4 },
  );
  return {
    id: 'steps',
    title: 'Error over the horizon',
    reading: readSteps(report),
    blocks: present([
      table && { kind: 'chart', chart: { name: 'steps' }, title: 'Error by horizon step', table, drop: 3 },
    ]),
  };
}

/** How error and bias differ between windows. */
export function stabilitySection({ report, most }: SectionContext): PageSection {
  const time = windowTime(report);
  const bias = pageTable<MeasuredRow>(
    report.windows,
    [
      texts('window from', ({ start }) => time(start)),
      numbers('bias', ({ metrics }) => showFigure(metrics.bias)),
      numbers('share of actuals', showBiasShare),
    ],
    { caption: 'Bias by window: point forecast − actual', most, drop: 4 },
  );
  const readings = [readStability(report), readBias(report)].filter((text) => text !== undefined);
  return {
    id: 'stability',
    title: 'Stability and bias',
    reading: readings.length === 0 ? undefined : readings.join(' '),
    blocks: present([
      { kind: 'chart', chart: { name: 'windows' }, title: 'Error by window', drop: 3 },
      { kind: 'chart', chart: { name: 'bias' }, title: 'Bias by window', ...(bias && { table: bias }), drop: 3 },
    ]),
  };
}
