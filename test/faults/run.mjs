// Lets real processes that write exports go wrong, and looks what a reader finds then: what was there before, or the new
// export whole; and whether the next writer goes on and leaves nothing behind. Prints a table; ends with 1 after any case
// that was neither. Needs a build. On Linux with a C compiler single system calls fail or end the process (shim.c).
//
//   node test/faults/run.mjs                       everything: every call, 500 random kills, 60 races (half an hour and more)
//   node test/faults/run.mjs --seconds 100         as much of it as fits, spread evenly, with another choice each time
//   node test/faults/run.mjs --only calls,kills,races --seed 7
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLocalStorage, listExports } from '#src/index.js';
import { settleFolder } from '#src/export/swap/settle-folder.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string' },
    jobs: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const random = generator(seed);
const wanted = new Set((values.only ?? 'calls,kills,races').split(','));
const until = values.seconds === undefined ? Infinity : Date.now() + Number(values.seconds) * 1000;
const work = mkdtempSync(join(tmpdir(), 'backtest-export-faults-'));
const command = join(import.meta.dirname, '../../dist/cli/main.js');
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const make = (name, ...options) =>
  execFileSync(
    process.execPath,
    [command, 'generate', name, '--items', '6', '--windows', '1', '--horizon', '2', ...options],
    { cwd: work },
  );
make('two', '--parts', '2', '--seed', '1', '--job', 'j');
make('three', '--parts', '3', '--seed', '2', '--job', 'j');
make('one', '--parts', '1', '--seed', '3', '--job', 'j');
make('other', '--parts', '2', '--seed', '4', '--job', 'other');

/** What is run with the destination `D`, and what lies there before. */
const scenarios = {
  'convert, new, CSV': [['convert', 'two', 'D', '--to', 'csv', '--threads', '1'], undefined],
  'convert, new, Parquet': [['convert', 'two', 'D', '--to', 'parquet', '--threads', '1'], undefined],
  'convert, same names': [['convert', 'three', 'D', '--to', 'csv', '--overwrite', '--threads', '1'], 'two'],
  'convert, fewer parts': [['convert', 'one', 'D', '--to', 'csv', '--overwrite', '--threads', '1'], 'three'],
  'convert, other format': [['convert', 'one', 'D', '--to', 'parquet', '--overwrite', '--threads', '1'], 'two'],
  'convert, beside another': [['convert', 'two', 'D', '--to', 'csv', '--threads', '1'], 'other'],
  'repair, fewer parts': [['repair', 'one', 'D', '--overwrite'], 'three'],
  'generate, new': [
    ['generate', 'D', '--items', '6', '--windows', '1', '--horizon', '2', '--parts', '2', '--job', 'j'],
    undefined,
  ],
};
const kinds = ['kill', 'EIO', 'kill-after', 'ENOSPC', 'short'];

const table = new Map();
const bad = [];
let runs = 0;

/** Runs a command in a folder of its own; answers its exit code, or the signal that ended it. */
function run(folder, args, { environment = {}, killAfter } = {}) {
  const child = spawn(process.execPath, [command, ...args], {
    cwd: folder,
    env: { ...process.env, ...environment, UV_USE_IO_URING: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ end: code ?? signal, errors })));
}

/** A folder with the sources, and with what lies in `D` before. */
function prepare(before) {
  const folder = mkdtempSync(join(work, 'run-'));
  for (const name of ['one', 'two', 'three']) cpSync(join(work, name), join(folder, name), { recursive: true });
  if (before !== undefined) cpSync(join(work, before), join(folder, 'D'), { recursive: true });
  return folder;
}

/** What a reader finds: every export with its files and their bytes, and whether it is complete. */
async function read(folder) {
  try {
    const { exports, storage } = await listExports(createLocalStorage(join(folder, 'D')));
    const found = [];
    for (const { tables, complete } of exports) {
      for (const { path } of Object.values(tables).flat()) {
        const file = await storage.open(path);
        const bytes = new Uint8Array(file.size);
        await file.read(bytes, 0);
        await file.close();
        found.push(`${complete} ${path} ${Buffer.from(bytes).toString('base64')}`);
      }
    }
    return found.sort().join('\n');
  } catch (error) {
    if (error.code === 'FILE_NOT_FOUND') return '';
    return `${error.code}: ${error.message}`;
  }
}

/** Files that nobody should leave for good. */
function leftIn(folder) {
  const place = join(folder, 'D');
  if (!existsSync(place)) return [];
  return readdirSync(place, { recursive: true }).filter((path) => /(?:^|[\\/])\.backtest-export/.test(path));
}

function tell(row, what, problem) {
  const counts = table.get(row) ?? { old: 0, new: 0, WRONG: 0 };
  counts[what] = (counts[what] ?? 0) + 1;
  table.set(row, counts);
  runs += 1;
  if (problem !== undefined) bad.push(`${row}: ${problem}`);
}

/** Judges one run: a reader first, then what the next writer leaves. */
async function judge(row, folder, sides, { end, errors }, where) {
  const found = await read(folder);
  const side = found === sides.new ? 'new' : found === sides.old ? 'old' : undefined;
  let problem;
  if (side === undefined) problem = `a mixture or a loss, ${where}, exit ${end}: ${found.slice(0, 300)}`;
  else if (end === 0 && side === 'old') problem = `exit 0 and nothing written, ${where}`;
  else if (errors.includes('UNEXPECTED')) problem = `UNEXPECTED, ${where}: ${errors}`;
  else if (typeof end === 'number' && end !== 0 && !/error [A-Z_]+:/.test(errors))
    problem = `no error told, ${where}, exit ${end}`;
  else {
    await settleFolder(createLocalStorage(join(folder, 'D'))).catch(
      (error) => (problem = `${error.message}, ${where}`),
    );
    if ((await read(folder)) !== found) problem ??= `the next writer changed the side, ${where}`;
    if (leftIn(folder).length > 0) problem ??= `${leftIn(folder).join()} is left for good, ${where}`;
  }
  tell(row, problem === undefined ? side : 'WRONG', problem);
  rmSync(folder, { recursive: true, force: true });
}

async function bothSides([args, before], environment = {}) {
  const folder = prepare(before);
  const old = await read(folder);
  const { end, errors } = await run(folder, args, { environment: { ...environment, FAULT_ROOT: join(folder, 'D') } });
  if (end !== 0) throw new Error(errors);
  const sides = { old, new: await read(folder), left: leftIn(folder) };
  if (sides.left.length > 0) throw new Error(`a sound run leaves ${sides.left.join()}`);
  rmSync(folder, { recursive: true });
  return sides;
}

/** Works through tasks, several at a time, until the time is over; a bounded run takes them in random order. */
async function workThrough(tasks, share) {
  const end = until === Infinity ? Infinity : Date.now() + (until - Date.now()) * share;
  const order = until === Infinity ? tasks : shuffle(tasks);
  let next = 0;
  const worker = async () => {
    while (next < order.length && Date.now() < end) await order[next++]();
  };
  await Promise.all(Array.from({ length: Number(values.jobs ?? availableParallelism()) }, worker));
  return next;
}

async function enumerateCalls() {
  const shim = join(work, 'shim.so');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', shim, join(import.meta.dirname, 'shim.c'), '-ldl']);
  } catch {
    print('no C compiler, or not on Linux: no single calls');
    return;
  }
  const tasks = [];
  for (const [name, scenario] of Object.entries(scenarios)) {
    const log = join(work, 'calls.log');
    writeFileSync(log, '');
    const sides = await bothSides(scenario, { LD_PRELOAD: shim, FAULT_LOG: log });
    const calls = readFileSync(log, 'utf8').trim().split('\n');
    for (const kind of kinds) {
      for (let at = 1; at <= calls.length; at++) {
        const call = calls[at - 1] ?? '';
        if (kind === 'short' && !/^\d+ write /.test(call)) continue;
        if (kind === 'ENOSPC' && !/^\d+ (?:write|create|mkdir|fsync|link|rename) /.test(call)) continue;
        tasks.push(async () => {
          const folder = prepare(scenario[1]);
          const environment = { LD_PRELOAD: shim, FAULT_ROOT: join(folder, 'D'), FAULT_AT: `${at}`, FAULT_KIND: kind };
          const ended = await run(folder, scenario[0], { environment });
          await judge(`${name}: ${kind}`, folder, sides, ended, `call ${call}`);
        });
      }
    }
  }
  const done = await workThrough(tasks, 0.6);
  print(`single calls: ${done} of ${tasks.length} faults`);
}

async function killAtRandom() {
  const names = ['convert, same names', 'convert, fewer parts', 'convert, other format', 'repair, fewer parts'];
  const tasks = [];
  for (const name of names) {
    const sides = await bothSides(scenarios[name]);
    const start = Date.now();
    await bothSides(scenarios[name]);
    const time = Date.now() - start;
    for (let index = 0; index < 125; index++) {
      tasks.push(async () => {
        const folder = prepare(scenarios[name][1]);
        const killAfter = time * (0.35 + random());
        await judge(
          `${name}: kill -9`,
          folder,
          sides,
          await run(folder, scenarios[name][0], { killAfter }),
          `${killAfter} ms`,
        );
      });
    }
  }
  print(`random kills: ${await workThrough(tasks, 0.5)} of ${tasks.length}`);
}

/** Two writers at once: whoever ends with 0 has its export there whole, one of them does, and nobody has both. */
async function race() {
  const pairs = {
    'two with --overwrite': [['one', 'csv', '--overwrite'], ['three', 'csv', '--overwrite'], 'two'],
    'two without': [['one', 'csv'], ['three', 'csv'], undefined],
    'CSV and Parquet without': [['one', 'csv'], ['three', 'parquet'], undefined],
  };
  const tasks = [];
  for (const [name, [first, second, before]] of Object.entries(pairs)) {
    const commandOf = ([from, to, ...more]) => ['convert', from, 'D', '--to', to, '--threads', '1', ...more];
    const sides = [
      (await bothSides([commandOf(first), before])).new,
      (await bothSides([commandOf(second), before])).new,
    ];
    for (let index = 0; index < 20; index++) {
      tasks.push(async () => {
        const folder = prepare(before);
        const one = run(folder, commandOf(first));
        await new Promise((resolve) => setTimeout(resolve, random() * 60));
        const ends = await Promise.all([one, run(folder, commandOf(second))]);
        const found = await read(folder);
        const codes = ends.map(({ end, errors }) => (end === 0 ? 'written' : /error ([A-Z_]+)/.exec(errors)?.[1]));
        const isRight =
          sides.includes(found) &&
          leftIn(folder).length === 0 &&
          codes.every((code) => ['written', 'EXPORT_EXISTS', 'EXPORT_BUSY'].includes(code)) &&
          (before === undefined
            ? codes.filter((code) => code === 'written').length === 1
            : codes.includes('written')) &&
          codes.every((code, which) => code !== 'written' || before !== undefined || found === sides[which]);
        tell(
          `race, ${name}`,
          isRight ? 'new' : 'WRONG',
          isRight ? undefined : `${codes.join()}: ${leftIn(folder).join()} ${found.slice(0, 200)}`,
        );
        rmSync(folder, { recursive: true, force: true });
      });
    }
  }
  print(`races: ${await workThrough(tasks, 1)} of ${tasks.length}`);
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

function shuffle(list) {
  const shuffled = [...list];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [shuffled[index], shuffled[other]] = [shuffled[other], shuffled[index]];
  }
  return shuffled;
}

/** Mulberry32: numbers from 0 to 1, the same for a seed. */
function generator(start) {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

print(`seed ${seed}, Node ${process.version}`);
if (wanted.has('calls')) await enumerateCalls();
if (wanted.has('kills')) await killAtRandom();
if (wanted.has('races')) await race();
print(`\n${'what'.padEnd(44)}${'old'.padStart(7)}${'new'.padStart(7)}${'WRONG'.padStart(7)}`);
for (const [row, counts] of table) {
  print(
    `${row.padEnd(44)}${String(counts.old).padStart(7)}${String(counts.new).padStart(7)}${String(counts.WRONG).padStart(7)}`,
  );
}
for (const problem of bad.slice(0, 40)) print(problem);
print(`\n${runs} runs, ${bad.length} wrong`);
process.exitCode = bad.length === 0 ? 0 : 1;
