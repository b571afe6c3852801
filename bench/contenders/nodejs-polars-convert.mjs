import { polars } from './nodejs-polars.mjs';
import { outputPath } from './output.mjs';

/** Parquet to CSV only, a part at a time; the other way it would have to parse times. */
export async function run(input) {
  const pl = polars(input);
  for (const part of input.parts) {
    pl.readParquet(part).writeCSV(outputPath(input, part), { datetimeFormat: '%Y-%m-%dT%H:%M:%S' });
  }
}
