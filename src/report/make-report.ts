import { isOpen, refuseIdleOptions, type ExportSource } from '../export/open-source.ts';
import { given } from '../given.ts';
import { checkOptions } from '../options.ts';
import { openForVerification } from '../verify/verify-export.ts';
import { version } from '../version.ts';
import type { Report, ReportedStep } from './base/report.ts';
import { reportOptionsShape, type ReportOptions } from './base/report-options.ts';
import { gatherExport } from './gather/gather-export.ts';

/** Makes a report; see `createReport`. */
export async function makeReport(source: ExportSource, options: ReportOptions): Promise<Report> {
  await checkOptions('createReport', options, reportOptionsShape);
  const sources = [source, ...(options.compare ?? [])];
  for (const each of sources) isOpen('createReport', each);
  refuseIdleOptions('createReport', sources, options.open);
  const { open, signal, frequency } = options;
  const opening = isOpen('createReport', source) ? {} : given({ open });
  const opened = await openForVerification(source, { ...opening, ...given({ signal, frequency }) });
  const { summary, ranked, series, verification, repeatedParts } = await gatherExport(opened, options);
  return {
    version: 1,
    madeBy: { name: 'backtest-export', version },
    export: summary.export,
    frequency: summary.frequency?.text ?? verification.frequency,
    forecastTypes: summary.forecastTypes,
    point: summary.point,
    summary: summary.summary,
    windows: summary.windows,
    steps: [...summary.groups].flatMap(({ key, count, counts, pooled }): ReportedStep[] =>
      typeof key['step'] === 'number' ? [{ step: key['step'], count, counts, metrics: pooled }] : [],
    ),
    items: ranked.items,
    series,
    accuracyMetrics: summary.accuracyMetrics,
    verification,
    costs: summary.costs,
    comparison: null,
    skippedParts: summary.skippedParts,
    repeatedParts,
    notes: summary.notes,
    readingNotes: summary.readingNotes,
  };
}
