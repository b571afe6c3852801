import { planMetrics } from '../../compare/by-metrics.ts';
import { comparePaired } from '../../compare/compare-paired.ts';
import { measureExport } from '../../compare/describe-export.ts';
import type { ComparisonProgress } from '../../compare/result.ts';
import type { BacktestExport } from '../../export/find/backtest-export.ts';
import type { ReportedComparison } from '../base/report.ts';

/** Options of {@link compareOthers}. */
export interface CompareOthersOptions {
  /** The point forecast of all exports; by default `mean` where every export has it, else p50. */
  readonly point?: string | undefined;
  /** Rows out of step to hold in memory, as of `compareExports`. */
  readonly maxHeldRows?: number | undefined;
  /** Threads at most; the available cores by default. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called periodically. */
  readonly onProgress?: ((progress: ComparisonProgress) => void) | undefined;
}

/**
 * Compares an export with others, on the rows that all of them have: each metric, its differences from the first export with
 * their confidence intervals, and the items won and lost. Costs a join of the first with each of the others, a summary of each and
 * another pass over each; memory as `compareExports` and {@link comparePaired}.
 * @throws `SCHEMA_CONFLICT` for other dimensions, or without a common forecast type; `TABLE_NOT_FOUND` without
 * forecasted-values; `TOO_MANY_GROUPS`; what reading throws; the signal's reason
 */
export async function compareOthers(
  source: BacktestExport,
  others: readonly BacktestExport[],
  { point, maxHeldRows = 1_000_000, threads, signal, onProgress }: CompareOthersOptions = {},
): Promise<ReportedComparison> {
  const progress = { bytes: 0, totalBytes: 0 };
  const reading = {
    maxHeldRows,
    threads,
    signal,
    onPass: (bytes: number) => void (progress.totalBytes += bytes),
    onBytes: (bytes: number) => {
      progress.bytes += bytes;
      onProgress?.({ ...progress });
    },
  };
  const plan = await planMetrics([source, ...others], { ...reading, point });
  return {
    exports: plan.common.map(measureExport),
    common: plan.common[0]?.rows.size ?? 0,
    metrics: await comparePaired(plan, reading),
  };
}
