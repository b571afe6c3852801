import { execFile, fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { damaged, kinds, seededRandom } from './parquet-damage.mjs';
import { Reader } from './parquet-reader.mjs';

// Parquet of four writers, sound and damaged, read here and by independent readers: a sound file is read as its writer was
// given it; whatever is read of a damaged one is what pyarrow or DuckDB read of it; nothing ends, hangs or fills a process,
// and every refusal has a code.
//
//   npm run test:interop -- test/interop/writers.interop.ts     (installs the readers and writers, once)
//   node test/differential/parquet.mjs --cases 10000 --seed 1 [--keep FOLDER]
//
// Cases depend on the seed alone. Ends with 1 when something was not as it must be, and with one line of figures.

// with room for files of several megabytes on a machine that is busy
const caseLimit = 60_000;
const slow = 10_000;
const casesOfChild = 150;
const memoryLimit = 512 * 1024 * 1024;
const smallInput = 1_000_000;
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    sound: { type: 'string', default: '0.1' },
    keep: { type: 'string' },
  },
});
const total = Number(values.cases);
const seed = Number(values.seed);
const soundCases = Math.round(total * Number(values.sound));
const home = join(root, '.interop');
const python = process.env['INTEROP_PYTHON'] ?? join(home, 'venv', 'bin', 'python');
const duckdb = join(home, 'writers', 'duckdb-2.0.1');
const pythonPath = [duckdb, process.env['PYTHONPATH'] ?? join(home, 'site')]
  .filter((path) => existsSync(path))
  .join(':');
const pythonEnv = { ...process.env, PYTHONPATH: pythonPath, PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' };
if (!existsSync(duckdb)) {
  process.stderr.write(
    'run `npm run test:interop -- test/interop/writers.interop.ts` first, which installs the independent readers\n',
  );
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'differential-parquet-'));
const readers = [];
try {
  const failures = await run();
  process.exitCode = failures.length > 0 ? 1 : 0;
} finally {
  for (const reader of readers) reader.stop();
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

async function run() {
  const files = await makeFiles(Math.max(4, soundCases));
  const random = seededRandom(seed);
  const cases = [
    ...files.slice(0, soundCases).map((file) => ({ file, damage: { kind: 'none', seed: 0 } })),
    ...Array.from({ length: total - soundCases }, () => ({
      file: files[Math.floor(random() * files.length)],
      other: files[Math.floor(random() * files.length)],
      damage: { kind: kinds[Math.floor(random() * kinds.length)], seed: Math.floor(random() * 2 ** 32) },
    })),
  ];
  const results = await runCases(cases);
  const [pyarrow, duck] = ['pyarrow', 'duckdb'].map(
    (name) => new Reader(name, { python, env: pythonEnv, limit: caseLimit }),
  );
  readers.push(pyarrow, duck);
  const counts = {};
  const failures = [];
  let peak = 0;
  let slowest = 0;
  for (const [index, one] of cases.entries()) {
    const result = results[index];
    const verdict = await judge(one, result, pyarrow, duck);
    counts[verdict.name] = (counts[verdict.name] ?? 0) + 1;
    if (result.bytes < smallInput) {
      peak = Math.max(peak, result.peak ?? 0);
      slowest = Math.max(slowest, result.milliseconds ?? 0);
    }
    if (!verdict.failed) continue;
    failures.push(verdict.name);
    const { kinds: _, content: __, ...shown } = result;
    process.stderr.write(
      `${JSON.stringify({ case: index, verdict, file: one.file.path, damage: one.damage, shown, made: one.file.options })}\n`,
    );
    if (values.keep !== undefined) writeFileSync(join(keepFolder(), `${index}.parquet`), bytesOf(one));
  }
  const count = (name) => counts[name] ?? 0;
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  const wrong = count('OTHER VALUES') + count('ONLY HERE') + count('ROWS');
  process.stdout.write(
    `differential Parquet, seed ${seed}: ${total} cases, ${soundCases} sound and ${total - soundCases} damaged: ` +
      `${wrong} wrong, ${count('SOUND, REFUSED')} sound refused, ${count('UNEXPECTED')} UNEXPECTED, ` +
      `${count('CRASH') + count('HANG')} crashed or hung, ${count('TOO MUCH MEMORY')} over 512 MB, ${count('TOO SLOW')} over 10 s ` +
      `(largest ${Math.round(peak / 1024 / 1024)} MB, longest ${(slowest / 1000).toFixed(1)} s)\n`,
  );
  return failures;
}

/** What a result means, and whether it must not be. */
async function judge({ file, damage, other }, result, pyarrow, duck) {
  const failed = (name, more = {}) => ({ name, failed: true, ...more });
  if (result.outcome === 'crash') return failed('CRASH');
  if (result.outcome === 'hang') return failed('HANG');
  if (result.outcome === 'unnamed') return failed('UNEXPECTED');
  if (result.outcome === 'rows') return failed('ROWS');
  if (result.bytes < smallInput && result.peak > memoryLimit) return failed('TOO MUCH MEMORY');
  if (result.bytes < smallInput && result.milliseconds > slow) return failed('TOO SLOW');
  if (damage.kind === 'none') {
    if (result.outcome === 'refused') return failed('SOUND, REFUSED');
    return same(result.content, file.digest) ? { name: 'sound, read' } : failed('OTHER VALUES', differ(result, file));
  }
  if (result.outcome === 'refused') return { name: 'damaged, refused' };
  // of no rows there is no value to be wrong
  const nothing = result.rows === 0 && file.rows === 0;
  if (nothing || (result.rows > 0 && same(result.content, file.digest))) return { name: 'damaged, read as before' };
  const path = join(folder, 'case.parquet');
  writeFileSync(path, bytesOf({ file, damage, other }));
  const task = { path, kinds: result.kinds };
  const answers = await Promise.all([pyarrow.read(task), duck.read(task)]);
  if (answers.some(({ digest }) => digest !== undefined && same(result.content, digest))) {
    return { name: 'damaged, read as an independent reader does' };
  }
  const refused = answers.map((answer) => answer.refused ?? differ(result, answer));
  return failed(answers.every(({ digest }) => digest === undefined) ? 'ONLY HERE' : 'OTHER VALUES', { refused });
}

function same(one, other) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

function differ({ content }, { digest }) {
  return { columns: Object.keys(digest).filter((name) => content[name] !== digest[name]) };
}

function bytesOf({ file, other, damage }) {
  return damaged(new Uint8Array(readFileSync(file.path)), damage, () => new Uint8Array(readFileSync(other.path)));
}

function keepFolder() {
  mkdirSync(values.keep, { recursive: true });
  return values.keep;
}

/** Sound files of four writers, as many of each, with the digests of what they were given; in turn. */
async function makeFiles(count) {
  const script = join(root, 'test', 'interop', 'python', 'write_random.py');
  const writers = ['pyarrow', 'duckdb', 'polars', 'fastparquet'];
  const each = Math.ceil(count / writers.length);
  const lists = await Promise.all(
    writers.map(async (writer) => {
      const target = join(folder, writer);
      mkdirSync(target);
      const told = [script, target, writer, String(seed * 100_000), String(each)];
      const { stdout } = await promisify(execFile)(python, told, { env: pythonEnv, maxBuffer: 1 << 30 });
      return JSON.parse(stdout).cases;
    }),
  );
  return Array.from({ length: each * writers.length }, (_, index) => lists[index % 4][Math.floor(index / 4)]);
}

/** Runs the cases in two children; a child is replaced after some, and when it crashed or hung. */
async function runCases(cases) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < cases.length) {
      const child = fork(join(here, 'parquet-child.mjs'), { stdio: 'ignore' });
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

function runCase(child, { file, other, damage }) {
  return new Promise((resolve) => {
    const finish = (result) => {
      clearTimeout(timer);
      child.off('message', finish);
      child.off('exit', crashed);
      resolve(result);
    };
    const crashed = () => finish({ outcome: 'crash' });
    const timer = setTimeout(() => finish({ outcome: 'hang' }), caseLimit);
    child.once('message', finish);
    child.once('exit', crashed);
    child.send({ path: file.path, other: other?.path, damage });
  });
}
