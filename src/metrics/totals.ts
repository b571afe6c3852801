import type { PartNotes } from '../batch/decode-options.ts';
import type { TableName, TableSchema } from '../schema/schema.ts';
import { absentForecasts } from './forecast/absent-forecasts.ts';
import { AccuracyDistribution } from './accuracy/item-distributions.ts';
import { completeAccuracy, type AccuracySummary } from './accuracy/against-forecasts.ts';
import { ForecastAccumulator } from './forecast/accumulator.ts';
import type { ListedForecasts } from './forecast/finish.ts';
import type { ItemCounts } from './forecast/item-counts.ts';
import { ItemsScattered } from './forecast/groups/let-go.ts';
import type { GatherPlan, PartOutput } from './part-task.ts';
import type { FinishOptions, ForecastSummary } from './base/summary.ts';

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
  constructor(plans: readonly GatherPlan[]) {
    for (const gather of plans) {
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
    this.countRows(table, notes.records);
  }

  /** Says that so many more rows were read of a table. */
  countRows(table: TableName, rows: number): void {
    this.#rows.set(table, this.rowsOf(table) + rows);
  }

  /** Rows that were read of a table. */
  rowsOf(table: TableName): number {
    return this.#rows.get(table) ?? 0;
  }

  /**
   * The figures of the forecasts; without their table every figure is null, and the other one's schema is needed. `items`
   * replace those of the states.
   */
  async finishForecasts(
    accuracy: TableSchema | undefined,
    options: FinishOptions,
    items?: ItemCounts,
  ): Promise<ListedForecasts> {
    const finished = await this.#forecasts?.finishListed(options, items);
    if (finished !== undefined) return finished;
    if (accuracy === undefined) throw new Error('neither table was summarized');
    return absentForecasts(accuracy, options);
  }

  /** The distributions; null where they are not requested or the export has no such table. */
  finishAccuracy(
    { parts, bytes }: { readonly parts: number; readonly bytes: number },
    forecasts: Omit<ForecastSummary, 'groups'>,
  ): AccuracySummary | null {
    if (this.#accuracy === undefined) return null;
    return completeAccuracy(this.#accuracy.finish(), forecasts, {
      parts,
      bytes,
      rows: this.rowsOf('accuracy-metrics-values'),
      whole: this.skipped.length === 0,
    });
  }

  /** Frees the memory. */
  dispose(): void {
    this.#forecasts?.dispose();
  }
}
