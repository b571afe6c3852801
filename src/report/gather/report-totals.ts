import type { BacktestExport } from '../../export/find/backtest-export.ts';
import type { Frequency } from '../../schema/frequency.ts';
import { given } from '../../given.ts';
import type { FinishOptions, TakeGroup } from '../../metrics/base/summary.ts';
import type { ItemCounts } from '../../metrics/forecast/item-counts.ts';
import { isoTime } from '../../metrics/forecast/window-table.ts';
import type { GroupKeeping } from '../../metrics/plan-tables.ts';
import { finishSummary, summaryFacts, type ListedSummary } from '../../metrics/summarize.ts';
import { SummaryTotals } from '../../metrics/totals.ts';
import type { PlannedPart } from '../../verify/base/plan.ts';
import { defaultItems, type ReportOptions } from '../base/report-options.ts';
import { CollectedSeries } from '../content/collected-series.ts';
import { ItemRanking, type RankedItems } from '../content/item-ranking.ts';
import type { ReportPartOutput } from './report-part.ts';
import { planReport, startRanking, type ReportPlan } from './report-plan.ts';

/** The figures of an export, and its items. */
export interface ReportFigures {
  /** By horizon step where there are forecasts. */
  readonly summary: ListedSummary;
  readonly ranked: RankedItems;
  /** Of which those to be drawn are picked; undefined without forecasts. */
  readonly collected: CollectedSeries | undefined;
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
  readonly #ranking: ItemRanking | undefined;
  readonly #take: TakeGroup = (group, actuals) => this.#ranking?.add(group, actuals);
  readonly #series: CollectedSeries | undefined;

  /** @throws as {@link planReport} */
  constructor(source: BacktestExport, options: ReportOptions, frequency: Frequency | undefined, keeping: GroupKeeping) {
    this.plan = planReport(source, options, frequency, keeping);
    this.#source = source;
    this.#frequency = frequency;
    this.#options = options;
    const { forecasts, accuracy } = this.plan;
    const table = 'forecasted-values';
    this.#ranking = forecasts && startRanking(forecasts.ranking);
    this.#series = forecasts && new CollectedSeries(forecasts.series);
    const take = this.#take;
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
    this.#ranking?.merge(gathered.ranking);
    this.#series?.merge(gathered.series);
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
      items = countsOf(await this.#items.finishForecasts(undefined, { ...options, take: this.#take }));
    }
    const summary = await finishSummary(this.#steps, facts, { ...options, ...given({ costs }) }, items);
    return { summary, ranked: this.#ranking?.finish() ?? noItems(this.#options), collected: this.#series };
  }

  /** Frees the memory. */
  dispose(): void {
    this.#items.dispose();
    this.#steps.dispose();
  }
}

/** Of an export without forecasts. */
function noItems({ chosen = [] }: ReportOptions): RankedItems {
  return new ItemRanking({ forecastTypes: [], dimensions: [], metric: null, items: defaultItems, chosen }).finish();
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
