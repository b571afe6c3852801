import { openIfFolder, refuseIdleOptions, type ExportSource } from '../export/open-source.ts';
import type { BacktestExport } from '../export/find/backtest-export.ts';
import { given } from '../given.ts';
import { choosePoint } from '../metrics/forecast/point-forecast.ts';
import type { SummarizeOptions } from '../metrics/summarize-options.ts';
import { summarize, summarizeListed } from '../metrics/summarize.ts';
import { checkOptions } from '../options.ts';
import { verifyExport } from '../verify/verify-export.ts';
import { version } from '../version.ts';
import type { Report, ReportedStep } from './base/report.ts';
import { defaultItems, reportOptionsShape, type ReportOptions } from './base/report-options.ts';
import { ItemRanking, type RankedItems } from './content/item-ranking.ts';
import { rankingMetric } from './content/ranking-metric.ts';
import { seriesDimensions } from './content/series-plan.ts';

/** Makes a report; see `createReport`. */
export async function makeReport(source: ExportSource, options: ReportOptions): Promise<Report> {
  await checkOptions('createReport', options, reportOptionsShape);
  refuseIdleOptions('createReport', [source, ...(options.compare ?? [])], options.open);
  const { open, signal, threads, frequency, point } = options;
  const bx = await openIfFolder('createReport', source, { repeatedHeaders: 'skip', ...open }, signal);
  const shared = { onBadPart: 'skip', ...given({ signal, threads, frequency, point }) } as const;
  const onProgress = options.onProgress ?? (() => undefined);
  const grouped = bx.forecastedValues.exists;
  const bySteps = await summarize(bx, { ...shared, onProgress, ...(grouped ? { by: ['step'] } : {}) });
  const { items } = await rankItems(bx, { ...shared, onProgress }, options);
  const { history, historyTarget, historyColumns, season, rules, tolerance, temporaryFolder } = options;
  const verification = await verifyExport(bx, {
    ...given({ history, historyTarget, historyColumns, season, rules, tolerance, temporaryFolder }),
    ...given({ signal, threads, frequency }),
    onProgress: (progress) => onProgress({ ...progress, phase: 'judging', groups: 0, totalGroups: 0 }),
  });
  return {
    version: 1,
    madeBy: { name: 'backtest-export', version },
    export: bySteps.export,
    frequency: bySteps.frequency?.text ?? verification.frequency,
    forecastTypes: bySteps.forecastTypes,
    point: bySteps.point,
    summary: bySteps.summary,
    windows: bySteps.windows,
    steps: bySteps.groups.flatMap(({ key, count, counts, pooled }): ReportedStep[] =>
      typeof key['step'] === 'number' ? [{ step: key['step'], count, counts, metrics: pooled }] : [],
    ),
    items,
    series: [],
    accuracyMetrics: bySteps.accuracyMetrics,
    verification,
    costs: null,
    comparison: null,
    skippedParts: bySteps.skippedParts,
    notes: bySteps.notes,
    readingNotes: bySteps.readingNotes,
  };
}

async function rankItems(
  bx: BacktestExport,
  shared: SummarizeOptions,
  { items = defaultItems, chosen = [], point, rankBy }: ReportOptions,
): Promise<RankedItems> {
  const { forecastTypes, forecastedValues: table } = bx;
  const metric = rankingMetric(rankBy, forecastTypes, choosePoint(forecastTypes, point));
  const dimensions = seriesDimensions(bx);
  const ranking = new ItemRanking({ forecastTypes, dimensions, metric, items, chosen });
  if (!table.exists) return ranking.finish();
  const { groups } = await summarizeListed(bx, { ...shared, by: ['item', ...dimensions] });
  await groups.forEach((group, actuals) => ranking.add(group, actuals), given({ signal: shared.signal }));
  return ranking.finish();
}
