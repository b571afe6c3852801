import type { BacktestExport, ExportTable } from '../export/find/backtest-export.ts';
import { isOpen, openIfFolder, refuseIdleOptions, type ExportSource } from '../export/open-source.ts';
import { PlannedTable, planOf } from '../export/tables/planned-table.ts';
import { given } from '../given.ts';
import { assertComparable } from '../compare/by-metrics.ts';
import { checkOptions } from '../options.ts';
import type { SkippedPart } from '../metrics/summarize.ts';
import { openForVerification } from '../verify/verify-export.ts';
import { version } from '../version.ts';
import type { Report, ReportedComparison, ReportedStep } from './base/report.ts';
import { reportOptionsShape, type ReportOptions } from './base/report-options.ts';
import { compareOthers } from './content/compare-others.ts';
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
  const others = await openOthers(options);
  if (others.length > 0) assertComparable([opened.opened.bx, ...others], options.point);
  const { summary, ranked, series, verification, repeatedParts } = await gatherExport(opened, options);
  const comparison =
    others.length === 0 ? null : await compare(opened.opened.bx, summary.skippedParts, others, options);
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
    comparison,
    skippedParts: summary.skippedParts,
    repeatedParts,
    notes: summary.notes,
    readingNotes: summary.readingNotes,
  };
}

/** Before anything is read: a mistyped location must not cost the time of a report. @throws as `openExport` */
async function openOthers({ compare: others = [], open, signal }: ReportOptions): Promise<BacktestExport[]> {
  const opened: BacktestExport[] = [];
  for (const other of others) {
    const opening = isOpen('createReport', other) ? {} : open;
    opened.push(readableOf(await openIfFolder('createReport', other, opening, signal)));
  }
  return opened;
}

/** Without the parts that no figure counts, as nothing else could be read. @throws as {@link compareOthers} */
function compare(
  source: BacktestExport,
  without: readonly SkippedPart[],
  others: readonly BacktestExport[],
  { point, threads, signal, onProgress }: ReportOptions,
): Promise<ReportedComparison> {
  return compareOthers(readableOf(source, without), others, {
    point,
    threads,
    signal,
    onProgress: ({ bytes, totalBytes }) =>
      onProgress?.({ phase: 'comparing', bytes, totalBytes, parts: 0, totalParts: 0, groups: 0, totalGroups: 0 }),
  });
}

/** The same export, but header lines inside the data are skipped, as everywhere in a report. */
function readableOf(bx: BacktestExport, without: readonly SkippedPart[] = []): BacktestExport {
  const skip = (table: ExportTable): ExportTable => {
    const plan = planOf(table);
    const parts = plan.parts.filter(({ path }) => !without.some(({ file }) => file === path));
    return new PlannedTable({ ...plan, parts, decode: { ...plan.decode, repeatedHeaders: 'skip' } });
  };
  return { ...bx, forecastedValues: skip(bx.forecastedValues), accuracyMetrics: skip(bx.accuracyMetrics) };
}
