/**
 * Damages Parquet files that this library wrote, bit by bit, and sees that nobody is deceived: flips single bits, cuts
 * files short, and decodes each case in a child process, which may crash, hang or swell without harm to the rest.
 *
 *     node test/fuzz/parquet-damage.mjs [--flips 20000] [--truncations 2000] [--seed 1] [--foreign]
 *
 * Prints what became of the cases, and ends with 1 unless at least 97 % of the flips and every truncation were refused by
 * name, nothing else than the written rows was ever read, and no child crashed, hung or needed more than 512 MB. With
 * --foreign the files are DuckDB's, which have no checksums: then other values may be read, but never fewer rows.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFiles, makeForeignFiles } from './parquet-damage-files.mjs';

const longestCase = 20_000; // milliseconds
const mostBytes = 512e6;
const casesPerChild = 500;

/** A seeded generator of whole numbers below a bound (mulberry32). */
function seededInteger(seed) {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound);
  };
}

/**
 * Which bits to flip, and where to cut: spread evenly over the files and their bytes; of foreign files every other case
 * hits the footer, of which the most depends.
 */
export function planCases(files, { flips, truncations, seed, foreign = false }) {
  const below = seededInteger(seed);
  const choose = () => {
    const file = below(files.length);
    const { bytes } = files[file];
    const footer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8).getUint32(0, true) + 8;
    const start = foreign && below(2) === 0 ? bytes.length - footer : 0;
    return { file, at: start + below(bytes.length - start) };
  };
  return [
    ...Array.from({ length: flips }, () => ({ kind: 'flip', ...choose(), bit: below(8) })),
    ...Array.from({ length: truncations }, () => ({ kind: 'truncation', ...choose() })),
  ];
}

/** Decodes every case in children; answers for each what became of it. */
export async function runCases(cases, { foreign = false, workers = availableParallelism() } = {}) {
  const outcomes = [];
  const queue = cases.entries();
  let peak = 0;
  const work = async () => {
    for (let left = takeSome(queue, casesPerChild); left.length > 0;) {
      const child = await runChild(left, foreign, (index, outcome) => (outcomes[index] = outcome));
      peak = Math.max(peak, child.peak);
      left = child.left.length > 0 ? child.left : takeSome(queue, casesPerChild);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return { outcomes, peak };
}

function takeSome(queue, count) {
  const some = [];
  for (let next = queue.next(); !next.done; next = queue.next()) {
    some.push(next.value);
    if (some.length === count) break;
  }
  return some;
}

/** Runs cases in one child until all are done or it dies; the case at which it died is not tried again. */
function runChild(some, foreign, tell) {
  const script = join(import.meta.dirname, 'parquet-damage-child.mjs');
  const child = fork(script, [foreign ? 'foreign' : 'ours'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return new Promise((resolve) => {
    let done = 0;
    let peak = 0;
    let timer;
    let hung = false;
    const next = () => {
      clearTimeout(timer);
      if (done === some.length) {
        child.kill();
        return;
      }
      timer = setTimeout(() => {
        hung = true;
        child.kill('SIGKILL');
      }, longestCase);
      child.send(some[done][1]);
    };
    child.on('message', (message) => {
      if (message.outcome !== undefined) {
        peak = Math.max(peak, message.bytes);
        tell(some[done][0], message.bytes > mostBytes ? 'MEMORY' : message.outcome);
        done++;
      }
      next();
    });
    child.on('exit', () => {
      clearTimeout(timer);
      if (done < some.length) tell(some[done++][0], hung ? 'HANG' : 'CRASH');
      resolve({ left: some.slice(done), peak });
    });
  });
}

/** How often each outcome was met, by kind of damage. */
export function countOutcomes(cases, outcomes) {
  const counts = { flip: {}, truncation: {} };
  for (const [index, { kind }] of cases.entries()) {
    const outcome = outcomes[index] ?? 'LOST';
    counts[kind][outcome] = (counts[kind][outcome] ?? 0) + 1;
  }
  return counts;
}

/** What is wrong with the counts, one sentence each. */
export function findFaults(counts, foreign = false) {
  const faults = [];
  for (const [kind, least] of [
    ['flip', foreign ? 0 : 0.97],
    ['truncation', 1],
  ]) {
    const entries = Object.entries(counts[kind]);
    const all = entries.reduce((sum, [, count]) => sum + count, 0);
    const refused = entries.reduce((sum, [outcome, count]) => sum + (outcome.startsWith('refused') ? count : 0), 0);
    if (refused < least * all) faults.push(`only ${refused} of ${all} cases of ${kind} were refused`);
    for (const [outcome, count] of entries) {
      if (!/^(?:refused|same rows|other values)/.test(outcome)) faults.push(`${kind}: ${outcome}, ${count} times`);
    }
  }
  return faults;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

async function main() {
  const { values } = parseArgs({
    options: {
      flips: { type: 'string', default: '20000' },
      truncations: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      foreign: { type: 'boolean', default: false },
    },
  });
  const { foreign } = values;
  const files = await (foreign ? makeForeignFiles() : makeFiles());
  const plan = {
    flips: Number(values.flips),
    truncations: Number(values.truncations),
    seed: Number(values.seed),
    foreign,
  };
  const cases = planCases(files, plan);
  const start = performance.now();
  const { outcomes, peak } = await runCases(cases, { foreign });
  const counts = countOutcomes(cases, outcomes);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  print(`${files.length} files of ${files.reduce((sum, { bytes }) => sum + bytes.length, 0)} bytes, seed ${plan.seed}`);
  for (const [kind, outcomesOfKind] of Object.entries(counts)) {
    print(`${kind}:`);
    for (const [outcome, count] of Object.entries(outcomesOfKind).sort((a, b) => b[1] - a[1])) {
      print(`  ${String(count).padStart(6)}  ${outcome}`);
    }
  }
  print(`largest child ${(peak / 1e6).toFixed(0)} MB; ${seconds} s`);
  const faults = findFaults(counts, foreign);
  for (const fault of faults) print(`FAULT ${fault}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) await main();
