import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { parquetWriteFile } from 'hyparquet-writer';
import { columns, numberColumns, outputPath, timeColumns } from './output.mjs';

/** A part at a time: hyparquet-writer takes whole columns. */
export async function run(input) {
  for (const part of input.parts) {
    const cells = columns.map(() => []);
    for await (const row of createReadStream(part, { highWaterMark: 512 * 1024 }).pipe(parse({ columns: true }))) {
      for (const [index, name] of columns.entries()) cells[index].push(toCell(name, row[name]));
    }
    const columnData = columns.map((name, index) => ({ name, data: cells[index], type: typeOf(name) }));
    parquetWriteFile({ filename: outputPath(input, part), columnData });
  }
}

function toCell(name, text) {
  if (numberColumns.includes(name)) return Number(text);
  if (!timeColumns.includes(name)) return text;
  return new Date(text.endsWith('Z') ? text : `${text}Z`);
}

function typeOf(name) {
  if (numberColumns.includes(name)) return 'DOUBLE';
  return timeColumns.includes(name) ? 'TIMESTAMP' : 'STRING';
}
