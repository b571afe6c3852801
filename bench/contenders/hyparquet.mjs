import { asyncBufferFromFile, parquetRead } from 'hyparquet';
import { WindowSums } from './figures.mjs';

const columns = ['target_value', 'backtestwindow_start_time', 'backtestwindow_end_time', 'mean', 'p10', 'p50', 'p90'];

/** Columns as arrays, row group by row group, as hyparquet gives them; then plain sums. */
export async function run({ parts }) {
  const sums = new WindowSums([0.1, 0.5, 0.9]);
  for (const path of parts) {
    const file = await asyncBufferFromFile(path);
    const pending = new Map();
    await parquetRead({
      file,
      columns,
      onChunk({ columnName, columnData, rowStart }) {
        const group = pending.get(rowStart) ?? {};
        group[columnName] = columnData;
        pending.set(rowStart, group);
        if (Object.keys(group).length < columns.length) return;
        pending.delete(rowStart);
        add(sums, group);
      },
    });
    if (pending.size > 0) throw new Error('columns were left over');
  }
  return sums.finish();
}

function add(sums, group) {
  const { target_value: y, mean, p10, p50, p90 } = group;
  const [start, end] = [group.backtestwindow_start_time, group.backtestwindow_end_time];
  for (let row = 0; row < y.length; row++) {
    sums.add(start[row].getTime(), end[row].getTime(), y[row], mean[row], [p10[row], p50[row], p90[row]]);
  }
}
