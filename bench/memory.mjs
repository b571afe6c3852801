/**
 * `node bench/memory.mjs [MEGABYTES]` after a build: peak memory on an export of about as much CSV (3,000 by default).
 * Exits with 1 where a conversion needs 400 MB or more, or does not give back what was read.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertSameResult } from './contenders/figures.mjs';
import { ensureExport } from './data.mjs';
import { machineLine } from './report.mjs';
import { runContender } from './run-contender.mjs';

/** What a conversion on two threads may need at most, in bytes. */
const mostBytes = 400e6;

/** Peak memory of summaries and conversions of an export of about so many megabytes. */
export function measureMemory(folder, megabytes) {
  const small = ensureSize(folder, megabytes / 10);
  const large = ensureSize(folder, megabytes);
  process.stdout.write('\npeak memory of the whole process, by the length of the export\n');
  for (const name of ['ours:1', 'ours:all']) measureSummary(name, small, large);
  measureConversions(folder, large);
}

function ensureSize(folder, megabytes) {
  const name = megabytes >= 1000 ? `${megabytes / 1000}GB` : `${megabytes}MB`;
  return ensureExport(join(folder, name), { items: Math.round((megabytes * 160) / 3) });
}

/** The same on an export and on one ten times as long: ten times the items, rows and bytes. Medians of three. */
function measureSummary(name, small, large) {
  const [one, ten] = [small, large].map(({ folder }) => {
    const runs = [1, 2, 3].map(() => runContender(name, folder, 1)).sort((a, b) => a.peakBytes - b.peakBytes);
    return { peak: runs[1].peakBytes, seconds: Math.min(...runs.map(({ seconds }) => seconds[0])) };
  });
  const more = ((ten.peak - one.peak) / 1e6).toFixed(1);
  const speed = (large.bytes / 1e6 / ten.seconds).toFixed(0);
  process.stdout.write(
    `${name}: ${inMegabytes(one.peak)} for ${inMegabytes(small.bytes)}, ${inMegabytes(ten.peak)} for ${inMegabytes(large.bytes)} (${more} MB more); the longer one at up to ${speed} MB/s from a cold start\n`,
  );
}

/** CSV to Parquet and back, each in its own process with two threads; what comes out must be what went in. */
function measureConversions(folder, { folder: csv, bytes }) {
  const expected = runContender('content', csv, 1).result;
  const places = { PARQUET: join(folder, 'memory-parquet'), CSV: join(folder, 'memory-csv') };
  let source = csv;
  for (const format of ['PARQUET', 'CSV']) {
    const { result, peakBytes, seconds } = runContender('ours-convert:2', source, 1, { out: places[format], format });
    assertSameResult(`conversion to ${format}`, result, expected);
    const speed = (bytes / 1e6 / seconds[0]).toFixed(0);
    process.stdout.write(
      `ours-convert:2, ${inMegabytes(bytes)} of CSV ${format === 'CSV' ? 'from Parquet' : 'to Parquet'}: ${inMegabytes(peakBytes)}, ${speed} MB/s of CSV\n`,
    );
    if (peakBytes >= mostBytes)
      throw new Error(`expected less than ${inMegabytes(mostBytes)}, found ${inMegabytes(peakBytes)}`);
    source = places[format];
  }
  for (const place of Object.values(places)) rmSync(place, { recursive: true });
}

function inMegabytes(bytes) {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const megabytes = Number(process.argv[2] ?? 3000);
  if (!(megabytes >= 10)) throw new Error(`expected megabytes of 10 or more, found ${process.argv[2]}`);
  const folder = join(import.meta.dirname, '..', '.bench');
  mkdirSync(folder, { recursive: true });
  process.stdout.write(`${machineLine()}\n`);
  measureMemory(folder, megabytes);
}
