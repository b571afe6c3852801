import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

const version = (name) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'node_modules', name, 'package.json'), 'utf8')).version;

/** One line that says on what the figures were measured; `more` names other programs with their versions. */
export function machineLine(more) {
  const names = [
    '@duckdb/node-api',
    'apache-arrow',
    'csv-parse',
    'csv-stringify',
    'hyparquet',
    'hyparquet-writer',
    'papaparse',
    'parquet-wasm',
    'parquetjs-lite',
    'udsv',
  ];
  const libraries = [...names.map((name) => `${name} ${version(name)}`), ...(more === undefined ? [] : [more])].join(
    ', ',
  );
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const load = `load ${loadavg()[0].toFixed(1)}`;
  return `machine: ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${memory}, ${process.platform} ${process.arch}, ${load} at the start, Node ${process.version}; ${libraries}`;
}

/** What a JSON report keeps of a contender: medians over all passes but those that warm up. */
export function toEntry({ name, bytes, rows, seconds, peakBytes }) {
  const middle = median(seconds);
  return { name, seconds: middle, passes: seconds.length, megabytesPerSecond: bytes / 1e6 / middle, rows, peakBytes };
}

/** The middle of the values (of the two middle ones their mean). */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Speeds by contender, with the ratio of ours on one thread and on all (the first two contenders) to each. */
export function printTable(results) {
  const speed = ({ bytes, seconds }) => bytes / 1e6 / median(seconds);
  const [one, all] = [...results.values()];
  const head = ['contender', 'MB/s', 'M rows/s', 'peak MB', `${one.name} is`, `${all.name} is`];
  const rows = [...results.values()].map((result) => [
    result.name,
    speed(result).toFixed(speed(result) < 10 ? 1 : 0),
    (result.rows / 1e6 / median(result.seconds)).toFixed(2),
    (result.peakBytes / 1e6).toFixed(0),
    `${(speed(one) / speed(result)).toFixed(2)}x`,
    `${(speed(all) / speed(result)).toFixed(2)}x`,
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  ');
  process.stdout.write([head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n'));
  process.stdout.write('\n');
}
