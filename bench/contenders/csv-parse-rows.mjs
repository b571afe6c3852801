import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { RowSums } from './arrow-figures.mjs';

/** Objects, whose numbers and times are converted by the caller, as with us. */
export async function run({ parts, columns }) {
  const sums = new RowSums(columns.numbers);
  for (const path of parts) {
    for await (const row of createReadStream(path).pipe(parse({ columns: true }))) {
      for (const name of columns.numbers) row[name] = Number(row[name]);
      for (const name of columns.times) row[name] = new Date(row[name]);
      sums.add(row);
    }
  }
  return sums.take();
}
