import type { PartNotes } from '../../batch/decode-options.ts';
import { readPart, type PartSource } from '../../export/parts/part-source.ts';
import { AccuracyDistribution } from '../../metrics/accuracy/item-distributions.ts';
import { ForecastAccumulator } from '../../metrics/forecast/accumulator.ts';
import { ItemsScattered } from '../../metrics/forecast/groups/let-go.ts';
import { transferList } from '../../metrics/forecast/states/state.ts';
import type { Gathered } from '../../metrics/part-task.ts';
import type { Task, TaskContext, TaskResult } from '../../parallel/task.ts';
import type { TableName } from '../../schema/schema.ts';
import {
  failedPart,
  PartChecker,
  recordBuffers,
  type CheckedPart,
  type CheckInput,
  type CheckOutput,
} from '../../verify/scan/check-part.ts';
import type { ItemRanking, RankingState } from '../content/item-ranking.ts';
import { collectedBuffers, SeriesCollector, type CollectedState } from '../content/series-collector.ts';
import { startRanking, type ForecastsPlan, type ReportPlan } from './report-plan.ts';

/** A part, and what is gathered from it. Plain data. */
export interface ReportPartInput {
  readonly source: PartSource;
  readonly check: Omit<CheckInput, 'source'>;
  readonly plan: ReportPlan;
}

/** What a part adds to the figures. Plain data. */
export type GatheredPart =
  | {
      readonly table: 'forecasted-values';
      readonly items: Gathered;
      readonly steps: Gathered;
      readonly ranking: RankingState;
      readonly series: CollectedState;
    }
  | { readonly table: 'accuracy-metrics-values'; readonly distribution: Gathered };

/** The result of a part: what verifying found, and what it adds to the figures; of a part that cannot be read the one alone. */
export type ReportPartOutput =
  | { readonly kind: 'gathered'; readonly checked: CheckedPart; readonly gathered: GatheredPart }
  | { readonly kind: 'failed'; readonly failed: Extract<CheckOutput, { kind: 'failed' }> }
  /** Rows of one item are far apart: its groups cannot be let go. */
  | { readonly kind: 'scattered' };

/**
 * Reads one part once, for everything that a report shows of it: the rules of `verifyExport`, the sums of `summarize`, the
 * ranking of its items, the forecasts that may be drawn.
 * @throws `WRITE_FAILED`; what keeps the file from being read; an abort
 */
export async function reportPart(
  { source, check, plan }: ReportPartInput,
  { signal, onBytes }: TaskContext,
): Promise<TaskResult<ReportPartOutput>> {
  const checker = new PartChecker({ ...check, source });
  const sums = startGathering(source.expected.schema.table, plan, check.file);
  const notes: PartNotes[] = [];
  try {
    try {
      const columns = [...new Set([...checker.requiredColumns, ...sums.requiredColumns])];
      const onNotes = (found: PartNotes): unknown => notes.push(found);
      for await (const batch of readPart(source, { columns, batchRows, signal, onBytes, onNotes })) {
        checker.add(batch);
        await checker.relieve();
        await sums.add(batch, signal);
      }
    } catch (error) {
      if (error instanceof ItemsScattered) return { output: { kind: 'scattered' } };
      return { output: { kind: 'failed', failed: failedPart(check, error, signal) } };
    }
    const checked = await checker.finish(notes[0]);
    const gathered = await sums.finish(signal);
    return {
      output: { kind: 'gathered', checked, gathered },
      transfer: [...recordBuffers(checked), ...stateBuffers(gathered)],
    };
  } catch (error) {
    if (error instanceof ItemsScattered) return { output: { kind: 'scattered' } };
    throw error;
  } finally {
    sums.dispose();
  }
}

/** As many as for a summary: with larger batches what each of them costs is paid less often. */
const batchRows = 8192;

/** Adds up the rows of a part. */
interface Gathering {
  readonly requiredColumns: readonly string[];
  add(batch: Parameters<PartChecker['add']>[0], signal: AbortSignal): Promise<void>;
  finish(signal: AbortSignal): Promise<GatheredPart>;
  dispose(): void;
}

function startGathering(table: TableName, { forecasts, accuracy }: ReportPlan, file: number): Gathering {
  if (table === 'forecasted-values' && forecasts !== undefined) return new ForecastGathering(forecasts, file);
  if (table === 'accuracy-metrics-values' && accuracy !== undefined) {
    const distribution = new AccuracyDistribution(accuracy);
    return {
      requiredColumns: distribution.requiredColumns,
      add: async (batch) => distribution.add(batch),
      finish: async () => ({ table, distribution: { table, state: distribution.takeState() } }),
      dispose: () => undefined,
    };
  }
  throw new Error(`nothing is gathered of ${table}`);
}

class ForecastGathering implements Gathering {
  readonly requiredColumns: readonly string[];
  readonly #items: ForecastAccumulator;
  readonly #steps: ForecastAccumulator;
  readonly #ranking: ItemRanking;
  readonly #series: SeriesCollector;

  constructor({ items, steps, ranking, series }: ForecastsPlan, file: number) {
    this.#ranking = startRanking(ranking);
    const letGo = items.letGo && { ...items.letGo, take: this.#ranking.add.bind(this.#ranking) };
    this.#items = new ForecastAccumulator({ ...items, ...(letGo && { letGo }), interim: true });
    this.#steps = new ForecastAccumulator({ ...steps, interim: true });
    this.#series = new SeriesCollector(series, file);
    const readers = [this.#items, this.#steps, this.#series];
    this.requiredColumns = readers.flatMap(({ requiredColumns }) => requiredColumns);
  }

  async add(batch: Parameters<PartChecker['add']>[0], signal: AbortSignal): Promise<void> {
    this.#items.add(batch);
    this.#steps.add(batch);
    this.#series.add(batch);
    if (this.#items.isFull) await this.#items.relieve(signal);
  }

  async finish(signal: AbortSignal): Promise<GatheredPart> {
    const table = 'forecasted-values';
    const items: Gathered = { table, state: await this.#items.takeState(signal) };
    const steps: Gathered = { table, state: await this.#steps.takeState(signal) };
    return { table, items, steps, ranking: this.#ranking.export(), series: this.#series.takeState() };
  }

  dispose(): void {
    this.#items.dispose();
    this.#steps.dispose();
  }
}

function stateBuffers(gathered: GatheredPart): ArrayBuffer[] {
  if (gathered.table !== 'forecasted-values') return [];
  const sums = [gathered.items, gathered.steps].flatMap((each) =>
    each.table === 'forecasted-values' ? transferList(each.state) : [],
  );
  return [...sums, ...collectedBuffers(gathered.series)];
}

/** {@link reportPart} for any thread. */
export const reportPartTask: Task<ReportPartInput, ReportPartOutput> = {
  name: 'reportPart',
  effort: 4,
  run: reportPart,
};
