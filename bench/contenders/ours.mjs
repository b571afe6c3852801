import { openExport, summarize } from 'backtest-export';

export async function run({ folder, threads }) {
  return summarizeWindows(await openExport(folder), threads);
}

export async function summarizeWindows(source, threads) {
  const summary = await summarize(source, { threads, accuracyMetrics: false });
  return summary.windows.map(({ count, metrics }) => ({
    count,
    wQL: Object.keys(metrics.wQL)
      .sort()
      .map((tau) => metrics.wQL[tau]),
    WAPE: metrics.WAPE,
    RMSE: metrics.RMSE,
  }));
}
