import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { columns, outputPath, spellTime } from './output.mjs';

/** Row objects of hyparquet, a row group at a time, through csv-stringify's stream. */
export async function run(input) {
  for (const part of input.parts) {
    const cast = { date: (value, { column }) => spellTime(value, column) };
    const csv = stringify({ header: true, columns, cast });
    await pipeline(rowsOf(part), csv, createWriteStream(outputPath(input, part)));
  }
}

async function* rowsOf(path) {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const { num_rows: rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(rows);
    yield* await parquetReadObjects({ file, metadata, rowStart, rowEnd });
    rowStart = rowEnd;
  }
}
