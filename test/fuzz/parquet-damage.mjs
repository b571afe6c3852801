import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeForeignFiles, writeOwnFiles } from './parquet-damage-files.mjs';

// Damages Parquet files and decodes each in a child process: of our files no damage may change what is read, of files
// without checksums none may end or hang the process, fill its memory or lose rows.
//
//   node test/fuzz/parquet-damage.mjs --flips 20000 --truncations 2000 --foreign 10000 --seed 1 [--json]
//
// Ends with 1 when something was not as it must be. Cases depend on the seed alone, not on which child gets them.

const caseLimit = 20_000;
const casesOfChild = 200;
const memoryLimit = 512 * 1024 * 1024;
const leastRefused = 0.97;
const writerName = Buffer.from('\u0018\u000fbacktest-export\u0019');

const { values } = parseArgs({
  options: {
    flips: { type: 'string', default: '20000' },
    truncations: { type: 'string', default: '2000' },
    foreign: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const flips = Number(values.flips);
const truncations = Number(values.truncations);
const foreign = Number(values.foreign ?? flips / 2);
const seed = Number(values.seed);

const folder = mkdtempSync(join(tmpdir(), 'parquet-damage-'));
try {
  const report = await run();
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : describe(report));
  process.exitCode = report.failures.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run() {
  const own = load(await writeOwnFiles(folder));
  const others = load(await writeForeignFiles(folder));
  const random = seededRandom(seed);
  const cases = [
    ...[...own, ...others].map((file) => ({ campaign: 'sound', file, damage: { kind: 'none' } })),
    ...times(flips, () => makeCase('flips', pick(own, random), flip, random)),
    ...times(truncations, () => makeCase('truncations', pick(own, random), cut, random)),
    ...times(foreign, () => makeCase('foreign flips', pick(others, random), flip, random)),
    ...times(foreign / 5, () => makeCase('foreign truncations', pick(others, random), cut, random)),
    ...times(foreign, () => makeCase('foreign damage', pick(others, random), anyDamage, random)),
  ];
  const results = await runCases(cases);
  const sound = new Map(
    cases.flatMap(({ campaign, file }, index) => (campaign === 'sound' ? [[file, results[index]]] : [])),
  );
  const campaigns = {};
  const failures = [];
  for (const [index, { campaign, file, damage }] of cases.entries()) {
    const result = results[index];
    const verdict = judge(campaign, file, damage, result, sound.get(file));
    const counts = (campaigns[campaign] ??= { cases: 0, peakBytes: 0, verdicts: {}, codes: {} });
    counts.cases++;
    counts.peakBytes = Math.max(counts.peakBytes, result.peak ?? 0);
    counts.verdicts[verdict.name] = (counts.verdicts[verdict.name] ?? 0) + 1;
    if (result.code !== undefined) counts.codes[result.code] = (counts.codes[result.code] ?? 0) + 1;
    if (verdict.failed) failures.push({ campaign, file: file.name, damage, verdict: verdict.name, result });
  }
  const refused = campaigns.flips?.verdicts.refused ?? 0;
  if (refused < flips * leastRefused)
    failures.push({ campaign: 'flips', verdict: `only ${refused} of ${flips} refused` });
  return { seed, files: { own: own.length, foreign: others.length }, campaigns, failures };
}

/** What a result means, and whether it must not be. */
function judge(campaign, file, damage, result, sound) {
  const own = campaign === 'flips' || campaign === 'truncations';
  if (result.outcome === 'crash' || result.outcome === 'hang') return { name: result.outcome, failed: true };
  if (result.peak > memoryLimit) return { name: 'too much memory', failed: true };
  if (result.outcome === 'unnamed') return { name: 'error without a code', failed: true };
  if (campaign === 'sound') return { name: result.outcome, failed: result.outcome !== 'read' || result.rows < 1 };
  if (result.outcome === 'refused') return { name: 'refused', failed: false };
  if (damage.kind === 'cut') return { name: 'cut, but read', failed: true };
  if (result.rows !== sound.rows) return { name: 'other number of rows', failed: true };
  if (result.content === sound.content) return { name: own ? harmless(file, damage) : 'same content', failed: false };
  return own ? { name: 'OTHER CONTENT', failed: true } : { name: 'other content, no checksum', failed: false };
}

/** Why a flipped bit of our file can be without effect: only the writer's name in the footer means nothing. */
function harmless({ bytes }, { at }) {
  const start = bytes.lastIndexOf(writerName);
  const within = at >= start && at < start + writerName.length;
  return within ? "same content: a bit of the writer's name in the footer" : 'same content: another bit';
}

/** Runs the cases in two children; a child is replaced after some, and when it crashed or hung. */
async function runCases(cases) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < cases.length) {
      const child = fork(fileURLToPath(new URL('parquet-damage-child.mjs', import.meta.url)), { stdio: 'ignore' });
      try {
        for (let done = 0; done < casesOfChild && next < cases.length && child.connected; done++) {
          const index = next++;
          results[index] = await runCase(child, cases[index]);
          if (results[index].outcome === 'crash' || results[index].outcome === 'hang') break;
        }
      } finally {
        child.kill('SIGKILL');
      }
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}

function runCase(child, { file, damage }) {
  const { promise, resolve } = withResolvers();
  const timer = setTimeout(() => resolve({ outcome: 'hang' }), caseLimit);
  const onExit = (code, signal) => resolve({ outcome: 'crash', code: undefined, problem: `exit ${code} ${signal}` });
  child.once('exit', onExit);
  child.once('message', resolve);
  child.send({ path: file.path, damage }, (error) => {
    if (error) resolve({ outcome: 'crash', problem: String(error) });
  });
  return promise.finally(() => {
    clearTimeout(timer);
    child.off('exit', onExit);
    child.off('message', resolve);
  });
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

function makeCase(campaign, file, damageOf, random) {
  return { campaign, file, damage: damageOf(file.bytes, random) };
}

function flip(bytes, random) {
  return { kind: 'flip', at: below(bytes.length, random), bit: below(8, random) };
}

function cut(bytes, random) {
  return { kind: 'cut', at: below(bytes.length, random) };
}

/** Bytes overwritten, dropped or repeated; half of the time in the footer, where one byte has the most effect. */
function anyDamage(bytes, random) {
  const footer = bytes.readUInt32LE(bytes.length - 8);
  const at = random() < 0.5 ? bytes.length - 8 - below(footer, random) : below(bytes.length, random);
  const count = 1 + below(16, random);
  const kind = pick(['write', 'write', 'drop', 'repeat'], random);
  const extreme = pick([0x00, 0x7f, 0x80, 0xff, undefined], random);
  return kind === 'write'
    ? { kind, at, values: times(count, () => extreme ?? below(256, random)) }
    : { kind, at, count: random() < 0.5 ? count : count * 50 };
}

function describe({ seed: used, files, campaigns, failures }) {
  const lines = [`seed ${used}; ${files.own} files of ours, ${files.foreign} of other programs, without checksums`];
  for (const [name, { cases, peakBytes, verdicts, codes }] of Object.entries(campaigns)) {
    lines.push(`${name}: ${cases} cases, peak memory ${Math.round(peakBytes / 1024 / 1024)} MiB`);
    for (const [verdict, count] of Object.entries(verdicts)) {
      lines.push(`  ${verdict}: ${count} (${((100 * count) / cases).toFixed(2)} %)`);
    }
    const refusals = Object.entries(codes).map(([code, count]) => `${code} ${count}`);
    if (refusals.length > 0) lines.push(`    ${refusals.join(', ')}`);
  }
  for (const failure of failures.slice(0, 20)) lines.push(`FAILED ${JSON.stringify(failure)}`);
  lines.push(failures.length === 0 ? 'passed' : `${failures.length} failed`);
  return `${lines.join('\n')}\n`;
}

function load(paths) {
  return paths.map((path) => ({ path, name: basename(path), bytes: readFileSync(path) }));
}

function times(count, make) {
  return Array.from({ length: Math.round(count) }, make);
}

function pick(list, random) {
  return list[below(list.length, random)];
}

function below(end, random) {
  return Math.floor(random() * end);
}

/** mulberry32, as test/support/random.ts has it. */
function seededRandom(start) {
  let state = start | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
