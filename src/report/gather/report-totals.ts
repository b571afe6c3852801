import type { BacktestExport } from '../../export/find/backtest-export.ts';
import type { Frequency } from '../../schema/frequency.ts';
import { given } from '../../given.ts';
import type { FinishOptions } from '../../metrics/base/summary.ts';
import type { ItemCounts } from '../../metrics/forecast/item-counts.ts';
import { choosePoint } from '../../metrics/forecast/point-forecast.ts';
import type { SpillPlan } from '../../metrics/forecast/groups/spill.ts';
import { isoTime } from '../../metrics/forecast/window-table.ts';
import { planTables, type PlannedSummary } from '../../metrics/plan-tables.ts';
import { finishSummary, summaryFacts, type ListedSummary } from '../../metrics/summarize.ts';
import { SummaryTotals } from '../../metrics/totals.ts';
import type { PlannedPart } from '../../verify/base/plan.ts';
import { defaultItems, type ReportOptions } from '../base/report-options.ts';
import { ItemRanking, type RankedItems, type RankingOptions } from '../content/item-ranking.ts';
import { rankingMetric } from '../content/ranking-metric.ts';
import { seriesDimensions } from '../content/series-plan.ts';
import type { AccuracyPlan, ForecastPlan, ReportPartOutput, ReportPlan } from './report-part.ts';

/** How groups by item are kept: let go while rows are read, or held, in files where they are many. */
export interface ItemKeeping {
  readonly letGo: boolean;
  readonly spill: SpillPlan | undefined;
}

/** The figures of an export, and its items. */
export interface ReportFigures {
  /** By horizon step where there are forecasts. */
  readonly summary: ListedSummary;
  readonly ranked: RankedItems;
}

/** What the parts of an export add up to for a report, in any order. */
export class ReportTotals {
  /** What is gathered of each part. */
  readonly plan: ReportPlan;
  readonly #source: BacktestExport;
  readonly #frequency: Frequency | undefined;
  readonly #options: ReportOptions;
  /** By item and dimensions. */
  readonly #items: SummaryTotals;
  /** By horizon step, and of the other table. */
  readonly #steps: SummaryTotals;
  readonly #ranking: ItemRanking;

  /** @throws `OPTION_INVALID` for a metric or point forecast that the export does not have; `TABLE_NOT_FOUND` */
  constructor(
    source: BacktestExport,
    options: ReportOptions,
    frequency: Frequency | undefined,
    { letGo, spill }: ItemKeeping,
  ) {
    const { forecastTypes, forecastedValues } = source;
    const { point, costs, items = defaultItems, chosen = [], rankBy } = options;
    const { exists } = forecastedValues;
    const dimensions = seriesDimensions(source);
    const pointType = exists ? choosePoint(forecastTypes, point) : null;
    const ranking = {
      forecastTypes,
      dimensions,
      metric: rankingMetric(rankBy, forecastTypes, pointType),
      items,
      chosen,
    };
    const shared = given({ point });
    const byStep = planTables(source, { ...shared, ...given({ costs }), ...(exists && { by: ['step'] }) }, frequency);
    const byItem = exists
      ? planTables(source, { ...shared, by: ['item', ...dimensions], accuracyMetrics: false }, frequency, {
          letGo,
          spill,
        })
      : [];
    this.plan = planParts(byItem, byStep, ranking);
    this.#source = source;
    this.#frequency = frequency;
    this.#options = options;
    this.#ranking = new ItemRanking(ranking);
    const { forecasts, accuracy } = this.plan;
    const table = 'forecasted-values';
    const take = this.#ranking.add.bind(this.#ranking);
    const letGoing = forecasts?.items.letGo && { letGo: { ...forecasts.items.letGo, take } };
    this.#items = new SummaryTotals(forecasts ? [{ table, options: { ...forecasts.items, ...letGoing } }] : []);
    this.#steps = new SummaryTotals([
      ...(forecasts ? [{ table, options: forecasts.steps } as const] : []),
      ...(accuracy ? [{ table: 'accuracy-metrics-values', options: accuracy } as const] : []),
    ]);
  }

  /** Adds a part. @throws `ItemsScattered` where groups were let go too early */
  async add(output: ReportPartOutput, part: PlannedPart | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (output.kind === 'scattered') return this.#items.add(output, signal);
    if (output.kind === 'failed') return this.skip(part, output.failed.error);
    const { checked, gathered } = output;
    const { table } = gathered;
    const summed = { kind: 'summed', table, notes: checked.notes } as const;
    if (gathered.table === 'accuracy-metrics-values') {
      await this.#steps.add({ ...summed, gathered: [gathered.distribution] }, signal);
      return;
    }
    await this.#items.add({ ...summed, gathered: [gathered.items] }, signal);
    await this.#steps.add({ ...summed, gathered: [gathered.steps] }, signal);
    this.#ranking.merge(gathered.ranking);
  }

  /** Leaves a part out of the figures. */
  skip(part: PlannedPart | undefined, error: PlannedPart['error']): void {
    if (part === undefined || error === undefined) return;
    this.#steps.skipped.push({ kind: 'skipped', table: part.name, file: part.part.path, error });
  }

  /** All figures. @throws `ItemsScattered`; the signal's reason */
  async finish({ signal, onGroups }: Pick<FinishOptions, 'signal' | 'onGroups'>): Promise<ReportFigures> {
    const options = given({ frequency: this.#frequency, signal, onGroups });
    const { costs } = this.#options;
    const facts = summaryFacts(this.#source);
    let items: ItemCounts | undefined;
    if (this.plan.forecasts !== undefined) {
      const take = this.#ranking.add.bind(this.#ranking);
      items = countsOf(await this.#items.finishForecasts(undefined, { ...options, take }));
    }
    return {
      summary: await finishSummary(this.#steps, facts, { ...options, ...given({ costs }) }, items),
      ranked: this.#ranking.finish(),
    };
  }

  /** Frees the memory. */
  dispose(): void {
    this.#items.dispose();
    this.#steps.dispose();
  }
}

function planParts(
  byItem: readonly PlannedSummary[],
  byStep: readonly PlannedSummary[],
  ranking: RankingOptions,
): ReportPlan {
  let [items, steps, accuracy]: [ForecastPlan?, ForecastPlan?, AccuracyPlan?] = [];
  for (const { gather } of byItem) if (gather.table === 'forecasted-values') items = gather.options;
  for (const { gather } of byStep) {
    if (gather.table === 'forecasted-values') steps = { ...gather.options, countsItems: false };
    else accuracy = gather.options;
  }
  const forecasts = items && steps && { items, steps, ranking: { ...ranking, metric: ranking.metric?.name ?? null } };
  return { forecasts, accuracy };
}

/** The items that were counted, for figures whose accumulator has not counted them. */
function countsOf({ summary, windows }: Pick<ListedSummary, 'summary' | 'windows'>): ItemCounts {
  const counts = new Map(windows.map(({ start, end, itemCount }) => [`${start} ${end}`, itemCount]));
  return {
    all: summary.itemCount,
    ofWindow: (start, end) => {
      const count = counts.get(`${isoTime(start)} ${isoTime(end)}`);
      if (count === undefined) throw new Error(`no window from ${start} to ${end}`);
      return count;
    },
  };
}
