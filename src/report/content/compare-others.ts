import type { ComparisonProgress } from '../../compare/result.ts';
import type { BacktestExport } from '../../export/find/backtest-export.ts';
import type { ReportedComparison } from '../base/report.ts';

/** Options of {@link CompareOthers}. */
export interface CompareOthersOptions {
  /** The point forecast of all exports; by default `mean` where every export has it, else p50. */
  readonly point?: string | undefined;
  /** Threads at most; the available cores by default. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called periodically. */
  readonly onProgress?: ((progress: ComparisonProgress) => void) | undefined;
}

/**
 * Compares an export with others, on the rows that all of them have: each metric, its differences from the first export with
 * their confidence intervals, and the items won and lost.
 * @throws `SCHEMA_CONFLICT` for other dimensions or item columns, or without a common forecast type; `TABLE_NOT_FOUND` without
 * forecasted-values; `TOO_MANY_GROUPS`; what reading throws; the signal's reason
 */
export type CompareOthers = (
  source: BacktestExport,
  others: readonly BacktestExport[],
  options?: CompareOthersOptions,
) => Promise<ReportedComparison>;
