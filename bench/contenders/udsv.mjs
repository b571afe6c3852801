import { createReadStream } from 'node:fs';
import { inferSchema, initParser } from 'udsv';
import { WindowSums } from './figures.mjs';

export async function run({ parts }) {
  const sums = new WindowSums([0.1, 0.5, 0.9]);
  for (const path of parts) {
    let parser;
    let at;
    const take = (row) => {
      const quantiles = [Number(row[at.p10]), Number(row[at.p50]), Number(row[at.p90])];
      sums.add(
        row[at.backtestwindow_start_time],
        row[at.backtestwindow_end_time],
        Number(row[at.target_value]),
        Number(row[at.mean]),
        quantiles,
      );
    };
    for await (const text of createReadStream(path, { encoding: 'utf8', highWaterMark: 512 * 1024 })) {
      if (parser === undefined) {
        const schema = inferSchema(text);
        at = Object.fromEntries(schema.cols.map(({ name }, index) => [name, index]));
        parser = initParser(schema);
      }
      parser.chunk(text, parser.stringArrs, take);
    }
    parser.end();
  }
  return sums.finish();
}
