import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { RowSums } from './arrow-figures.mjs';

export async function run({ parts, columns }) {
  const sums = new RowSums(columns.numbers);
  for (const path of parts) {
    for (const row of await parquetReadObjects({ file: await asyncBufferFromFile(path) })) sums.add(row);
  }
  return sums.take();
}
