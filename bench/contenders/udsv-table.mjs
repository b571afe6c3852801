import { createReadStream } from 'node:fs';
import { tableFromArrays } from 'apache-arrow';
import { inferSchema, initParser } from 'udsv';
import { sumTable } from './arrow-figures.mjs';

/** Typed columns by its own guess of types, turned into Arrow at the end; times become text. */
export async function run({ parts, columns }) {
  const found = new Map(columns.all.map((name) => [name, []]));
  for (const path of parts) {
    let parser;
    for await (const text of createReadStream(path, { encoding: 'utf8', highWaterMark: 512 * 1024 })) {
      parser ??= initParser(inferSchema(text));
      parser.chunk(text, parser.typedCols, (chunk) => {
        for (const [at, values] of chunk.entries()) found.get(columns.all[at]).push(values);
      });
    }
    parser.end();
  }
  const arrays = [...found].map(([name, chunks]) => {
    const values = chunks.flat();
    return [name, columns.numbers.includes(name) ? Float64Array.from(values) : values.map(String)];
  });
  return tableFromArrays(Object.fromEntries(arrays));
}

export const check = sumTable;
