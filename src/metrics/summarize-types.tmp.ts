/** CONTRACT for the command's author; the real file is src/metrics/summarize.ts. */
import type { BacktestExport } from '../export/backtest-export.ts';
import type { ForecastSummary, FinishOptions, Worst } from './summary.ts';

export interface SummarizeOptions {
  readonly by?: readonly string[]; // any of window, item, step, dimension names
  readonly worst?: Worst;
  readonly threads?: number; // default: cores
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly onBadPart?: 'stop' | 'skip';
  readonly maxGroups?: number;
  readonly frequency?: FinishOptions['frequency'];
}
export interface Progress { readonly bytes: number; readonly totalBytes: number; readonly parts: number; readonly totalParts: number }
export interface ExportSummary extends ForecastSummary {
  readonly export: { location: string; jobName: string | null; exportedAt: string | null; format: 'CSV' | 'PARQUET'; complete: boolean; itemColumn: string; dimensions: readonly string[]; parts: number; bytes: number; rows: number };
  /** distributions from accuracy-metrics-values, null when that table is absent */
  readonly accuracyMetrics: unknown;
  readonly skippedParts: readonly { file: string; code: string; message: string }[];
  readonly warnings: readonly { code: string; message: string }[];
}
export declare function summarize(bx: BacktestExport, options?: SummarizeOptions): Promise<ExportSummary>;
