/**
 * `node bench/scale.mjs [--rounds N]`: what `plan`, `map` and `reduce` take, each a process from its start to its end, over
 * exports of 8 and 64 parts in CSV and Parquet (needs 3.2 GB of disk), sizes of states, and what the difference of the two makes
 * of an export of 12.5 billion rows. What `reduce` prints must be what `summarize` prints.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureExport, writeParquet } from './data.mjs';
import { machineLine, median } from './report.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '1' } } });
const rounds = Number(values.rounds);
const bench = join(import.meta.dirname, '..', '.bench');
const command = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
const usage = join(import.meta.dirname, 'cold-usage.cjs');
const groupings = [[], ['--by', 'step'], ['--by', 'item']];
const manyRows = 12.5e9;

/** Runs the command once; answers what it printed, and seconds on the clock and of the processor. */
async function run(args, input = '') {
  const start = performance.now();
  const child = spawn(process.execPath, ['--require', usage, command, ...args], { stdio: pipes });
  const [printed, told, used] = [1, 2, 3].map((number) => gather(child.stdio[number]));
  child.stdin.end(input);
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${args.join(' ')}: exit code ${status}: ${told()}`);
  const seconds = (performance.now() - start) / 1000;
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(used());
  return {
    output: printed(),
    seconds,
    processor: (userCPUTime + systemCPUTime) / 1e6,
    megabytes: (maxRSS * 1024) / 1e6,
  };
}

const pipes = ['pipe', 'pipe', 'pipe', 'pipe'];

function gather(stream) {
  const pieces = [];
  stream.on('data', (piece) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString();
}

/** Medians of several runs. */
async function runOften(args, input) {
  const runs = [];
  for (let round = 0; round < rounds; round++) runs.push(await run(args, input));
  const [seconds, processor] = ['seconds', 'processor'].map((name) => median(runs.map((one) => one[name])));
  return { output: runs[0].output, seconds, processor };
}

const print = (text) => process.stdout.write(`${text}\n`);
const linesOf = (text) => text.split('\n').filter((line) => line !== '');
const tableOf = (line) => /"table":"([\w-]+)"/.exec(line)?.[1];
const ms = (seconds) => `${(seconds * 1000).toFixed(0)} ms`;
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const nameOf = (by) => by.join(' ') || 'by window';

/** `plan`, `map` of all parts in one process and `reduce`. */
async function measure(name, folder, known, by) {
  const plan = await runOften(['plan', folder, ...by]);
  const map = await runOften(['map'], plan.output);
  const reduce = await runOften(['reduce', '--json'], map.output);
  const expected = await run(['summarize', folder, '--json', ...by]);
  if (reduce.output !== expected.output) throw new Error(`${name} ${nameOf(by)}: another result than summarize`);
  const states = linesOf(map.output);
  const bytesOf = (table) =>
    states.filter((state) => tableOf(state) === table).reduce((sum, state) => sum + state.length + 1, 0);
  const bytes = ['forecasted-values', 'accuracy-metrics-values'].map(bytesOf);
  const described = [map, reduce].map(({ seconds, processor }) => `${ms(seconds)} (processor ${ms(processor)})`);
  print(
    `${name}, ${known.parts} parts, ${nameOf(by)}: plan ${ms(plan.seconds)}, map ${described[0]}, reduce ${described[1]}, ` +
      `states ${kB(bytes[0] / known.parts)} a part and ${kB(bytes[1] / known.parts)} of metrics`,
  );
  return { rows: known.rows, parts: known.parts, map, reduce, bytes };
}

/** What the difference of two sizes makes of very many rows: a start is not counted for each part. */
function scaleUp(name, by, [small, large]) {
  const times = manyRows / (large.rows - small.rows);
  const more = (pick) => times * (pick(large) - pick(small));
  const [states, metrics] = [0, 1].map((table) => (more(({ bytes }) => bytes[table]) / 1e9).toFixed(1));
  print(
    `${name}, ${nameOf(by)}: ${Math.round(more(({ parts }) => parts))} parts, ` +
      `map ${(more(({ map }) => map.processor) / 3600).toFixed(2)} processor hours, ` +
      `reduce ${(more(({ reduce }) => reduce.processor) / 60).toFixed(0)} minutes, ` +
      `states ${states} GB and ${metrics} GB of metrics`,
  );
}

print(machineLine());
const small = ensureExport(join(bench, '300MB'), { items: 16_000 });
const large = ensureExport(join(bench, '64-parts'), { items: 128_000, parts: 64 });
const csv = [small, large];
const parquet = csv.map(({ folder, ...known }) => ({ ...known, folder: writeParquet(folder, `${folder}-parquet`) }));
for (const [name, exports] of Object.entries({ CSV: csv, Parquet: parquet })) {
  // by item the format hardly matters
  for (const by of name === 'CSV' ? groupings : groupings.slice(0, 2)) {
    const sizes = [];
    for (const known of exports) sizes.push(await measure(name, known.folder, known, by));
    scaleUp(
      `  12.5 billion rows, ${((manyRows / small.rows) * small.bytes * 1e-9).toFixed(0)} GB of CSV: ${name}`,
      by,
      sizes,
    );
  }
}
for (const { folder } of [large, parquet[1]]) rmSync(folder, { recursive: true });
