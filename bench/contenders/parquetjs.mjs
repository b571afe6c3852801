import parquet from 'parquetjs-lite';
import { WindowSums } from './figures.mjs';

/** Row objects from its cursor; then plain sums. */
export async function run({ parts }) {
  const sums = new WindowSums([0.1, 0.5, 0.9]);
  for (const path of parts) {
    const reader = await parquet.ParquetReader.openFile(path);
    const cursor = reader.getCursor();
    for (let row = await cursor.next(); row; row = await cursor.next()) {
      const { backtestwindow_start_time: start, backtestwindow_end_time: end } = row;
      sums.add(Number(start), Number(end), row.target_value, row.mean, [row.p10, row.p50, row.p90]);
    }
    await reader.close();
  }
  return sums.finish();
}
