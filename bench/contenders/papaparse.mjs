import { createReadStream } from 'node:fs';
import Papa from 'papaparse';
import { WindowSums } from './figures.mjs';

export async function run({ parts }) {
  const sums = new WindowSums([0.1, 0.5, 0.9]);
  for (const path of parts) await new Promise((resolve, reject) => readPart(path, sums, resolve, reject));
  return sums.finish();
}

function readPart(path, sums, resolve, reject) {
  let at;
  Papa.parse(createReadStream(path, { encoding: 'utf8', highWaterMark: 512 * 1024 }), {
    skipEmptyLines: true,
    chunk: ({ data }) => {
      let first = 0;
      if (at === undefined) {
        at = Object.fromEntries(data[0].map((name, index) => [name, index]));
        first = 1;
      }
      for (let index = first; index < data.length; index++) {
        const row = data[index];
        const quantiles = [Number(row[at.p10]), Number(row[at.p50]), Number(row[at.p90])];
        sums.add(
          row[at.backtestwindow_start_time],
          row[at.backtestwindow_end_time],
          Number(row[at.target_value]),
          Number(row[at.mean]),
          quantiles,
        );
      }
    },
    complete: resolve,
    error: reject,
  });
}
