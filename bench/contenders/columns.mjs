import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parquetMetadata, parquetSchema } from 'hyparquet';

const timeNames = ['timestamp', 'backtestwindow_start_time', 'backtestwindow_end_time'];

/** The columns of a part by kind, and all in their order: for contenders that must be told. */
export function columnsOf(path) {
  const all = path.endsWith('.csv') ? headerOf(path) : namesIn(path);
  const numbers = all.filter((name) => /^(?:target_value|mean|p\d+)$/.test(name));
  const times = all.filter((name) => timeNames.includes(name));
  return { all, texts: all.filter((name) => !numbers.includes(name) && !times.includes(name)), times, numbers };
}

function headerOf(path) {
  const text = Buffer.from(readBytes(path, () => 0)).toString('latin1');
  return text.split(/\r?\n/, 1)[0].replaceAll('"', '').split(',');
}

function namesIn(path) {
  const footer = readBytes(path, (size) => Math.max(0, size - mostBytes));
  return parquetSchema(parquetMetadata(footer)).children.map(({ element }) => element.name);
}

const mostBytes = 2 ** 20;

function readBytes(path, from) {
  const file = openSync(path);
  const start = from(fstatSync(file).size);
  const bytes = new Uint8Array(mostBytes);
  const read = readSync(file, bytes, 0, mostBytes, start);
  closeSync(file);
  return bytes.buffer.slice(0, read);
}

/** The quantiles' columns and levels, such as `['p10', 0.1]`. */
export function quantilesOf({ numbers }) {
  return numbers.filter((name) => /^p\d+$/.test(name)).map((name) => [name, Number(name.slice(1)) / 100]);
}
