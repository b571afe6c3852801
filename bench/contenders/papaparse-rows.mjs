import { createReadStream } from 'node:fs';
import Papa from 'papaparse';
import { RowSums } from './arrow-figures.mjs';

/** Objects; numbers and times are converted by the caller, which is faster than `dynamicTyping`. */
export async function run({ parts, columns }) {
  const sums = new RowSums(columns.numbers);
  for (const path of parts) {
    await new Promise((resolve, reject) => {
      Papa.parse(createReadStream(path, { encoding: 'utf8' }), {
        header: true,
        skipEmptyLines: true,
        chunk({ data }) {
          for (const row of data) {
            for (const name of columns.numbers) row[name] = Number(row[name]);
            for (const name of columns.times) row[name] = new Date(row[name]);
            sums.add(row);
          }
        },
        complete: resolve,
        error: reject,
      });
    });
  }
  return sums.take();
}
