import type { PartNotes } from '../batch/decode-options.ts';
import type { BacktestExport, ExportTable } from '../export/find/backtest-export.ts';
import type { TableName } from '../schema/schema.ts';
import { absentForecasts } from './forecast/absent-forecasts.ts';
import { AccuracyDistribution } from './accuracy/item-distributions.ts';
import { completeAccuracy, type AccuracySummary } from './accuracy/against-forecasts.ts';
import { ForecastAccumulator } from './forecast/accumulator.ts';
import type { ListedForecasts } from './forecast/finish.ts';
import { ItemsScattered } from './forecast/groups/let-go.ts';
import type { GatherPlan, PartOutput } from './part-task.ts';
import type { FinishOptions, ForecastSummary } from './base/summary.ts';

/** A table to summarize, and what to gather from each of its parts. */
export interface PlannedSummary {
  readonly table: ExportTable;
  readonly gather: GatherPlan;
}

/** A part that was left out, by its table. */
type Skipped = Extract<PartOutput, { kind: 'skipped' }>;

/** What the parts of all tables of an export add up to. Their order does not matter. */
export class SummaryTotals {
  readonly skipped: Skipped[] = [];
  /** The notes of the parts that were read. */
  readonly notes: PartNotes[] = [];
  readonly #rows = new Map<TableName, number>();
  readonly #forecasts: ForecastAccumulator | undefined;
  readonly #accuracy: AccuracyDistribution | undefined;

  /** Throws what the accumulators throw. */
  constructor(plans: readonly PlannedSummary[]) {
    for (const { gather } of plans) {
      if (gather.table === 'forecasted-values') this.#forecasts = new ForecastAccumulator(gather.options);
      else this.#accuracy = new AccuracyDistribution(gather.options);
    }
  }

  /** @throws `ItemsScattered` where groups were let go too early; what merging throws */
  async add(output: PartOutput, signal?: AbortSignal): Promise<void> {
    if (output.kind === 'scattered') throw new ItemsScattered();
    if (output.kind === 'skipped') {
      this.skipped.push(output);
      return;
    }
    const { table, gathered, notes } = output;
    for (const sums of gathered) {
      if (sums.table === 'forecasted-values') await this.#forecasts?.mergeState(sums.state, signal);
      else this.#accuracy?.mergeState(sums.state);
    }
    if (notes === undefined) return;
    this.notes.push(notes);
    this.#rows.set(table, this.rowsOf(table) + notes.records);
  }

  /** Rows that were read of a table. */
  rowsOf(table: TableName): number {
    return this.#rows.get(table) ?? 0;
  }

  /** The figures of the forecasts; without their table every figure is null. */
  async finishForecasts(source: BacktestExport, options: FinishOptions): Promise<ListedForecasts> {
    return (await this.#forecasts?.finishListed(options)) ?? absentForecasts(source.accuracyMetrics.schema, options);
  }

  /** The distributions; null where they are not requested or the export has no such table. */
  finishAccuracy(
    { accuracyMetrics }: BacktestExport,
    forecasts: Omit<ForecastSummary, 'groups'>,
  ): AccuracySummary | null {
    if (this.#accuracy === undefined) return null;
    return completeAccuracy(this.#accuracy.finish(), forecasts, {
      parts: accuracyMetrics.parts.length,
      bytes: accuracyMetrics.bytes,
      rows: this.rowsOf('accuracy-metrics-values'),
      whole: this.skipped.length === 0,
    });
  }

  /** Frees the memory. */
  dispose(): void {
    this.#forecasts?.dispose();
  }
}
