import { createReadStream } from 'node:fs';
import { inferSchema, initParser } from 'udsv';
import { RowSums } from './arrow-figures.mjs';

/** Typed objects, by its own guess of types. */
export async function run({ parts, columns }) {
  const sums = new RowSums(columns.numbers);
  for (const path of parts) {
    let parser;
    for await (const text of createReadStream(path, { encoding: 'utf8', highWaterMark: 512 * 1024 })) {
      parser ??= initParser(inferSchema(text));
      parser.chunk(text, parser.typedObjs, (row) => sums.add(row));
    }
    parser.end();
  }
  return sums.take();
}
