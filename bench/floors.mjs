/**
 * What the machine takes for the least that each direction must do, on one thread, in megabytes per second of its own bytes:
 * reading a file into one buffer, copying in and into WebAssembly memory, checksums, Snappy alone, sums alone.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { openExport } from 'backtest-export';
import { decompressSnappy } from 'hyparquet-compressors';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { ensureExport } from './data.mjs';

const chunk = 512 * 1024;

/** Best of several passes each; prints them, and returns them by name. */
export async function measureFloors(folder) {
  const csv = ensureExport(join(folder, '300MB'), { items: 16_000 });
  const page = await pageOf(ensureExport(join(folder, '30MB'), { items: 1600 }).folder);
  const packed = snappyCompress(page);
  const memory = new WebAssembly.Memory({ initial: 4096 });
  const bytes = new Uint8Array(memory.buffer);
  for (let at = 0; at < bytes.length; at += 8) bytes[at] = at * 31;
  const plain = new Uint8Array(2 ** 26);
  const doubles = new Float64Array(memory.buffer, 0, 2 ** 20);
  const path = join(csv.folder, 'forecasted-values');
  const entries = [
    ['read a file into one buffer', readPart(path, new Uint8Array(chunk))],
    ['read a file into WebAssembly memory', readPart(path, bytes.subarray(0, chunk))],
    ['copy, 512 KiB in cache', repeat(chunk, 400, () => plain.copyWithin(chunk, 0, chunk))],
    ['copy, 64 MiB', repeat(2 ** 26, 4, () => bytes.copyWithin(2 ** 26, 0, 2 ** 26))],
    ['copy JavaScript to WebAssembly, 64 MiB', repeat(2 ** 26, 4, () => bytes.set(plain))],
    ...(crc32 === undefined
      ? []
      : [['CRC-32 of node:zlib, 1 MiB', repeat(2 ** 20, 200, () => crc32(bytes.subarray(0, 2 ** 20)))]]),
    ['Snappy alone, 1 MiB of actuals (hysnappy)', repeat(2 ** 20, 100, () => decompressSnappy(packed, 2 ** 20))],
    ['sum of doubles in JavaScript, 8 MiB', repeat(doubles.byteLength, 30, () => sum(doubles))],
  ].map(([name, seconds]) => ({ name, megabytesPerSecond: seconds }));
  process.stdout.write('\nfloors on one thread\n\n');
  for (const { name, megabytesPerSecond } of entries) {
    process.stdout.write(`${name.padEnd(42)} ${megabytesPerSecond.toFixed(0).padStart(6)} MB/s\n`);
  }
  return entries;
}

function repeat(size, times, work) {
  let best = Infinity;
  for (let pass = 0; pass < 7; pass++) {
    const start = performance.now();
    for (let time = 0; time < times; time++) work();
    best = Math.min(best, (performance.now() - start) / times);
  }
  return size / 1e3 / best;
}

function readPart(folder, buffer) {
  const name = join(folder, 'Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part0.csv');
  const { size } = statSync(name);
  return repeat(size, 2, () => {
    const file = openSync(name);
    while (readSync(file, buffer, 0, buffer.length, null) > 0);
    closeSync(file);
  });
}

function sum(values) {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at];
  return total;
}

/** A page of plain doubles, as Parquet holds the actuals. */
async function pageOf(folder) {
  const { forecastedValues } = await openExport(folder);
  const table = await forecastedValues.table({ columns: ['target_value'] });
  return new Uint8Array(
    Float64Array.from(
      table
        .getChild('target_value')
        .toArray()
        .subarray(0, 2 ** 17),
    ).buffer,
  );
}
