import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { columns, outputPath, spellTime } from './output.mjs';
import { rowsOf } from './parquetjs.mjs';

/** Row objects of parquetjs-lite through csv-stringify's stream. */
export async function run(input) {
  for (const part of input.parts) {
    const cast = { date: (value, { column }) => spellTime(value, column) };
    const csv = stringify({ header: true, columns, cast });
    await pipeline(rowsOf(part), csv, createWriteStream(outputPath(input, part)));
  }
}
