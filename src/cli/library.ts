import type { BacktestExport, OpenOptions } from '../export/backtest-export.ts';
import type { ExportSummary, SummarizeOptions } from '../metrics/summarize-types.tmp.ts';

/** The seam to what is still being built elsewhere; goes away when it is there. */
export function openExport(location: string, options: OpenOptions): Promise<BacktestExport> {
  throw new Error(`not yet: ${location} ${JSON.stringify(options)}`);
}
export function summarize(bx: BacktestExport, options: SummarizeOptions): Promise<ExportSummary> {
  throw new Error(`not yet: ${bx.location} ${JSON.stringify(options)}`);
}
