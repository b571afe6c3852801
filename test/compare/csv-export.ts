import { createMemoryStorage, openExport, type BacktestExport, type MemoryStorage } from '#src/index.js';

/** A row of forecasted-values: item, step of the day, actual, mean, p10 and p90 as they stand in the file. */
export type ForecastCells = readonly [
  item: string,
  step: number,
  actual: string,
  mean: string,
  p10: string,
  p90: string,
];
/** A row of accuracy-metrics-values: item, `Computed` or `Summary`, wQL[0.1], wQL[0.9] and RMSE. */
export type AccuracyCells = readonly [item: string, window: string, low: string, high: string, rmse: string];

const window = '2019-01-01T00:00:00,2019-01-01T23:00:00';
export const forecastHeader =
  'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p90';
const accuracyHeader =
  'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,wQL[0.1],wQL[0.9],RMSE';

/** One line of forecasted-values. */
export function forecastLine([item, step, actual, mean, p10, p90]: ForecastCells): string {
  return `${item},2019-01-01T${String(step).padStart(2, '0')}:00:00Z,${actual},${window},${mean},${p10},${p90}`;
}

/** Part files of an export whose forecasted-values are given part by part. */
export function csvStorage(
  parts: readonly (readonly ForecastCells[])[],
  accuracy: readonly AccuracyCells[] = [],
  job = 'bike',
): MemoryStorage {
  const name = (prefix: string, part: number): string => `${prefix}_${job}_2021-12-14T13-20-10Z_part${part}.csv`;
  const storage = createMemoryStorage();
  for (const [part, rows] of parts.entries()) {
    const text = [forecastHeader, ...rows.map(forecastLine)].join('\n');
    storage.put(`forecasted-values/${name('Forecasts', part)}`, `${text}\n`);
  }
  if (accuracy.length > 0) {
    const lines = accuracy.map(([item, kind, ...cells]) => [item, kind, window, ...cells].join(','));
    storage.put(`accuracy-metrics-values/${name('Accuracy', 0)}`, `${[accuracyHeader, ...lines].join('\n')}\n`);
  }
  storage.put('_SUCCESS', '');
  return storage;
}

/** {@link csvStorage}, opened. */
export function csvExport(...given: Parameters<typeof csvStorage>): Promise<BacktestExport> {
  return openExport(csvStorage(...given));
}
