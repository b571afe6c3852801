import type { ColumnBatch } from '../batch/column-batch.ts';
import {
  AccuracyDistribution,
  type AccuracyDistributionOptions,
  type AccuracyDistributionState,
} from './accuracy/item-distributions.ts';
import { ForecastAccumulator } from './forecast/accumulator.ts';
import { transferList } from './forecast/state.ts';
import type { ForecastAccumulatorOptions, ForecastState } from './base/summary.ts';

/** What to gather from a part: which table it is of, and how. Plain data. */
export type GatherPlan =
  | { readonly table: 'forecasted-values'; readonly options: ForecastAccumulatorOptions }
  | { readonly table: 'accuracy-metrics-values'; readonly options: AccuracyDistributionOptions };

/** What was gathered. Plain data; see {@link transferOf}. */
export type Gathered =
  | { readonly table: 'forecasted-values'; readonly state: ForecastState }
  | { readonly table: 'accuracy-metrics-values'; readonly state: AccuracyDistributionState };

/** The gathering of one part, whichever table it is of. */
export interface PartGatherer {
  /** Columns that `add` needs in its batches. */
  readonly requiredColumns: readonly string[];
  add(batch: ColumnBatch): void;
  take(signal: AbortSignal): Promise<Gathered>;
  /** Gives back the memory of what was not taken. */
  dispose(): void;
}

/** Starts gathering; throws `OPTION_INVALID` and `SCHEMA_INVALID` as the accumulators do. */
export function startGathering({ table, options }: GatherPlan): PartGatherer {
  if (table === 'forecasted-values') {
    const sums = new ForecastAccumulator(options);
    return {
      requiredColumns: sums.requiredColumns,
      add: (batch) => sums.add(batch),
      take: async (signal) => ({ table, state: await sums.takeState(signal) }),
      dispose: () => sums.dispose(),
    };
  }
  const distribution = new AccuracyDistribution(options);
  return {
    requiredColumns: distribution.requiredColumns,
    add: (batch) => distribution.add(batch),
    take: () => Promise.resolve({ table, state: distribution.takeState() }),
    dispose: () => undefined,
  };
}

/** The buffers that move to another thread; a distribution's few are copied. */
export function transferOf(gathered: Gathered): ArrayBuffer[] {
  return gathered.table === 'forecasted-values' ? transferList(gathered.state) : [];
}
