import type { BacktestExport, ExportTable } from '../export/find/backtest-export.ts';
import { partSources } from '../export/tables/planned-table.ts';
import { given } from '../given.ts';
import type { Frequency } from '../schema/frequency.ts';
import type { SpillPlan } from './forecast/groups/spill.ts';
import type { GatherPlan, PartInput } from './part-task.ts';
import type { SummarizeOptions } from './summarize-options.ts';

/** A table to summarize, and what to gather from each of its parts. */
export interface PlannedSummary {
  readonly table: ExportTable;
  readonly gather: GatherPlan;
}

/** How groups are kept out of memory: finished while rows are read, or written to files; by default neither. */
export interface GroupKeeping {
  readonly letGo?: boolean | undefined;
  readonly spill?: SpillPlan | undefined;
  /** Whether groups keep their sums; with costs they always do. */
  readonly keepSums?: boolean | undefined;
}

/** The tables that are read. Options that concern only forecasts need their table. @throws `TABLE_NOT_FOUND` */
export function planTables(
  source: BacktestExport,
  options: SummarizeOptions,
  frequency: Frequency | undefined,
  { letGo, spill, keepSums }: GroupKeeping = {},
): PlannedSummary[] {
  const { forecastedValues, accuracyMetrics } = source;
  const { by = [], worst, reading, costs, maxGroups, point } = options;
  const plans: PlannedSummary[] = [];
  const wantsAccuracy = options.accuracyMetrics !== false && accuracyMetrics.exists;
  const isOfForecasts = by.length > 0 || [worst, point, costs].some((option) => option !== undefined);
  if (forecastedValues.exists || !wantsAccuracy || isOfForecasts) {
    const { schema } = forecastedValues;
    const finishing =
      letGo === true
        ? { ...given({ worst, reading, frequency }), keepSums: keepSums ?? costs !== undefined }
        : undefined;
    const gather = { schema, by, ...given({ maxGroups, point, letGo: finishing, spill }) };
    plans.push({ table: forecastedValues, gather: { table: 'forecasted-values', options: gather } });
  }
  if (wantsAccuracy) {
    const gather = { schema: accuracyMetrics.schema, ...given({ frequency }) };
    plans.push({ table: accuracyMetrics, gather: { table: 'accuracy-metrics-values', options: gather } });
  }
  return plans;
}

/** Every part with data. */
export function planParts(
  plans: readonly PlannedSummary[],
  { onBadPart = 'stop' }: Pick<SummarizeOptions, 'onBadPart'>,
): PartInput[] {
  return plans.flatMap(({ table, gather }) =>
    partSources(table)
      .filter(({ part }) => part.size > 0 || part.format === 'PARQUET')
      .map((source): PartInput => ({ source, gather, onBadPart })),
  );
}
