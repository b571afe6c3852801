import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { WindowSums } from './figures.mjs';

export async function run({ parts }) {
  const sums = new WindowSums([0.1, 0.5, 0.9]);
  for (const path of parts) {
    const records = createReadStream(path, { highWaterMark: 512 * 1024 }).pipe(parse({ columns: true }));
    for await (const row of records) {
      const quantiles = [Number(row.p10), Number(row.p50), Number(row.p90)];
      sums.add(
        row.backtestwindow_start_time,
        row.backtestwindow_end_time,
        Number(row.target_value),
        Number(row.mean),
        quantiles,
      );
    }
  }
  return sums.finish();
}
