/**
 * `npm run bench`: generates an export of about 300 MB of CSV and its Parquet, runs each contender in its own process,
 * asserts that all compute the same figures and that all conversions wrote the same cells, and prints medians, ratios and
 * peak memory with the machine. Rounds are interleaved, so that a noisy neighbour hits all alike. `npm run bench:quick`
 * does the same on 3 MB, and memory on 30 MB: for the results, not for speed. `-- csv-to-parquet`, `-- parquet` and the
 * like run the directions that begin so, `-- memory`, `-- verify`, `-- s3` and `-- job` those
 * alone. Exits with 1 where results differ.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assertSameResult } from './contenders/figures.mjs';
import { ensureExport, writeDuckdbParquet, writeParquet } from './data.mjs';
import { directions } from './directions.mjs';
import { measureJob } from './job.mjs';
import { measureMemory } from './memory.mjs';
import { printMachine, printTable } from './report.mjs';
import { runContender } from './run-contender.mjs';
import { measureS3 } from './s3.mjs';
import { measureStartup } from './startup.mjs';
import { measureVerify } from './verify.mjs';

const quick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const folder = join(import.meta.dirname, '..', '.bench');
const out = join(folder, 'out');
mkdirSync(folder, { recursive: true });

printMachine();
const asked = directions.filter(({ title }) => isWanted(title.toLowerCase().replaceAll(' ', '-')));
if (asked.length > 0) {
  const small = prepare(quick ? '3MB' : '30MB', { items: quick ? 160 : 1600 });
  const data = quick ? small : prepare('300MB', { items: 16_000 });
  for (const direction of asked) runDirection(direction, { small, data });
  rmSync(out, { recursive: true, force: true });
}
if (isWanted('job')) await measureJob();
if (isWanted('s3')) await measureS3(folder, quick);
if (isWanted('verify')) measureVerify(folder, quick);
if (isWanted('memory')) measureMemory(folder, quick ? 30 : 3000);
if (!quick && wanted.length === 0) measureStartup();

function isWanted(name) {
  return wanted.length === 0 || wanted.some((each) => name.startsWith(each));
}

function prepare(name, shape) {
  const made = ensureExport(join(folder, name), shape);
  const parquet = writeParquet(made.folder, join(folder, `${name}-parquet`));
  const duckdbParquet = writeDuckdbParquet(made.folder, join(folder, `${name}-parquet-duckdb`));
  return { ...made, csv: made.folder, parquet, duckdbParquet };
}

function runDirection({ title, from, to, contenders }, inputs) {
  const { rows, bytes, parts } = inputs.data;
  process.stdout.write(`\n${title}: ${rows} rows, ${(bytes / 1e6).toFixed(0)} MB of CSV, ${parts} parts\n\n`);
  const judge = to === undefined ? 'ours:1' : 'content';
  const expected = new Map(Object.values(inputs).map((input) => [input, runContender(judge, input.csv, 1).result]));
  const results = new Map();
  let passed = 0;
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const [name, passes, rounds, share = 'data'] of contenders) {
      if (round >= rounds) continue;
      const input = inputs[share];
      const run = runContender(name, input[from], quick ? 1 : passes, to && { out, format: to });
      const known = results.get(name) ?? { name, bytes: input.bytes, rows: input.rows, seconds: [], peakBytes: 0 };
      known.seconds.push(...(run.seconds.length > 1 ? run.seconds.slice(1) : run.seconds));
      known.peakBytes = Math.max(known.peakBytes, run.peakBytes);
      results.set(name, known);
      if (run.result === undefined) continue;
      assertSameResult(name, run.result, expected.get(input));
      passed++;
    }
  }
  const same = to === undefined ? 'gave the same figures (relative difference at most 1e-9)' : 'wrote the same cells';
  const cold = quick ? '; one cold pass over so little says nothing about speed' : '';
  process.stdout.write(`${passed} runs ${same}${cold}\n\n`);
  printTable(results);
}
