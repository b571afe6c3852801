import { basename, join } from 'node:path';

/** Where a part of the input is written to, in the output's format. */
export function outputPath({ out, format }, part) {
  const name = basename(part).replace(/\.(?:csv|parquet)$/, '');
  return join(out, 'forecasted-values', `${name}.${format === 'CSV' ? 'csv' : 'parquet'}`);
}

/** `2021-12-01T00:00:00`, with the `Z` that only `timestamp` has. */
export function spellTime(date, column) {
  const text = date.toISOString().slice(0, 19);
  return column === 'timestamp' ? `${text}Z` : text;
}

export const textColumns = ['item_id'];
export const timeColumns = ['timestamp', 'backtestwindow_start_time', 'backtestwindow_end_time'];
export const numberColumns = ['target_value', 'mean', 'p10', 'p50', 'p90'];
/** In the order of the files. */
export const columns = [
  'item_id',
  'timestamp',
  'target_value',
  'backtestwindow_start_time',
  'backtestwindow_end_time',
  'mean',
  'p10',
  'p50',
  'p90',
];
