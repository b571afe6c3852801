import { createMemoryStorage, type MemoryStorage } from '#src/storage/memory.js';

/** Paths of the parts of an export of one part in each table. */
export const forecastPart = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
export const accuracyPart = 'accuracy-metrics-values/Accuracy_bike_2021-12-14T13-20-10Z_part0.csv';

export const forecastHeader =
  'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p90\n';
const window = '2021-12-01T00:00:00,2021-12-14T00:00:00';
export const forecastRow = `bike_12,2021-12-01T00:00:00Z,5.0,${window},4.5,1.0,9.0\n`;
export const accuracyHeader =
  'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,wQL[0.1],wQL[0.9],RMSE,WAPE\n';
export const accuracyRow = `bike_12,Computed,${window},0.25,0.5,1.5,not defined\n`;

/** An export of one part in each table, complete. */
export function onePart(forecasts: string, accuracy: string = accuracyHeader + accuracyRow): MemoryStorage {
  return createMemoryStorage([
    [forecastPart, forecasts],
    [accuracyPart, accuracy],
    ['_SUCCESS', ''],
  ]);
}
