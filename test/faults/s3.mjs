// Runs the command against a real S3 server through a proxy that lets requests go wrong, or kills the command at a chosen
// request, and looks what a reader finds then: what was there before, or the new export whole; and whether the next run
// succeeds and leaves neither hidden objects nor unfinished uploads. Prints a table; ends with 1 after any case that was
// otherwise. Needs a build, and Go for versitygw (without it this says so, and tests nothing).
//
//   node test/faults/s3.mjs                          everything: every fault at every request, and kills at every request (hours)
//   node test/faults/s3.mjs --seconds 80             as much of it as fits, in another order each time
//   node test/faults/s3.mjs --only one,burst,rate,kills --seed 7 --server moto --scenario 'S3 to S3, new'
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { createLocalStorage, listExports } from '#src/index.js';
import { createS3Storage } from '#src/storage/s3/index.js';
import { perform } from './s3-perform.mjs';
import { command, runCommand, startWorker } from './s3-processes.mjs';
import { faults, startProxy } from './s3-proxy.mjs';
import { createBucket, startServer } from './s3-servers.mjs';
import { generator, shuffle } from './seeded.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    only: { type: 'string' },
    scenario: { type: 'string' },
    seed: { type: 'string' },
    jobs: { type: 'string' },
    kills: { type: 'string' },
    server: { type: 'string' },
    verbose: { type: 'boolean' },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const random = generator(seed);
const wanted = new Set((values.only ?? 'kills,one,burst,rate').split(','));
let until = Infinity;
const work = mkdtempSync(join(tmpdir(), 'backtest-export-s3-faults-'));
process.chdir(work);
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const server = await startServer(values.server ?? 'versitygw', work);
if (server.problem !== undefined) {
  process.stdout.write(`${server.problem}: the faults of S3 are SKIPPED\n`);
  process.exit(0);
}

const make = (name, ...options) =>
  execFileSync(process.execPath, [command, 'generate', name, '--windows', '1', ...options], { cwd: work });
const small = ['--items', '6', '--horizon', '2'];
make('two', '--parts', '2', '--seed', '1', '--job', 'j', ...small);
make('three', '--parts', '3', '--seed', '2', '--job', 'j', ...small);
make('one', '--parts', '1', '--seed', '3', '--job', 'j', ...small);
make('other', '--parts', '2', '--seed', '4', '--job', 'other', ...small);
// 10 MB in one part, so that it is uploaded in two
make('large', '--parts', '1', '--seed', '5', '--job', 'j', '--items', '2400', '--horizon', '24');
for (const name of ['one', 'two', 'three']) await upload(name, 'source', name);

/** What is run with the destination `D`, what is there before, and the next run where it is another one. */
const scenarios = {
  'S3 to S3, new': [['convert', 's3://source/two', 'D', '--to', 'parquet'], undefined],
  'S3 to S3, other format': [['convert', 's3://source/one', 'D', '--to', 'parquet', '--overwrite'], 'two'],
  'local to S3, same names': [['convert', 'three', 'D', '--to', 'csv', '--overwrite'], 'two'],
  'local to S3, beside another': [['convert', 'two', 'D', '--to', 'csv'], 'other'],
  'repair in S3, fewer parts': [['repair', 's3://source/one', 'D', '--overwrite'], 'three'],
  'generate to S3': [
    ['generate', 'D', '--windows', '1', '--parts', '2', '--seed', '1', '--job', 'j', ...small],
    undefined,
    ['convert', 'two', 'D', '--to', 'csv', '--overwrite'],
  ],
  'large, in two uploaded parts': [['convert', 'large', 'D', '--to', 'csv', '--overwrite'], 'one'],
  'S3 to local, same names': [['convert', 's3://source/three', 'D', '--to', 'csv', '--overwrite'], 'two'],
};
for (const name of Object.keys(scenarios)) {
  if (values.scenario !== undefined && !name.includes(values.scenario)) delete scenarios[name];
}

const table = new Map();
const met = new Map();
const bad = [];
let runs = 0;

/** Puts the files of a folder into a bucket. */
async function upload(folder, Bucket, prefix) {
  for (const path of readdirSync(join(work, folder), { recursive: true, encoding: 'utf8' })) {
    const file = join(work, folder, path);
    if (statSync(file).isDirectory()) continue;
    const Key = `${prefix}/${path}`;
    await server.client.send(new PutObjectCommand({ Bucket, Key, Body: readFileSync(file) }));
  }
}

/** A destination with what lies in it before: a new bucket, or a new folder. */
async function prepare([args, before]) {
  const id = `run-${++runs}`;
  if (!isToLocal(args)) {
    await createBucket(server.client, id);
    if (before !== undefined) await upload(before, id, 'D');
    return { id, target: `s3://${id}/D` };
  }
  const folder = join(work, id);
  if (before !== undefined) cpSync(join(work, before), join(folder, 'D'), { recursive: true });
  return { id, target: join(folder, 'D'), folder };
}

const isToLocal = ([, from]) => from === 's3://source/three';

/** What a reader finds: every export with its files and their bytes, and whether it is complete. */
async function read(target) {
  const place = target.startsWith('s3://')
    ? createS3Storage(target, { endpoint: server.endpoint })
    : createLocalStorage(target);
  try {
    const { exports, storage } = await listExports(place);
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

/** Hidden files and unfinished uploads. */
async function leftIn({ id, folder }) {
  const isHidden = (path) => /(?:^|[\\/])\.backtest-export/.test(path);
  if (folder !== undefined) return existsSync(folder) ? readdirSync(folder, { recursive: true }).filter(isHidden) : [];
  const Bucket = id;
  const { Contents = [] } = await server.client.send(new ListObjectsV2Command({ Bucket }));
  const { Uploads = [] } = await server.client.send(new ListMultipartUploadsCommand({ Bucket }));
  return [...Contents.map(({ Key }) => Key).filter(isHidden), ...Uploads.map(({ Key }) => `the upload of ${Key}`)];
}

/** A sound run: both sides, and how many requests it takes. */
async function soundRun(scenario) {
  const place = await prepare(scenario);
  const proxy = await startProxy({ target: server.endpoint });
  const old = await read(place.target);
  const worker = startWorker();
  const { end, errors } = await worker.perform(scenario[0], place.target, proxy.endpoint);
  await worker.end();
  proxy.close();
  if (end !== 0) throw new Error(errors);
  const left = await leftIn(place);
  if (left.length > 0) throw new Error(`a sound run leaves ${left.join()}`);
  if (values.verbose) print(proxy.log.join('\n'));
  return { old, new: await read(place.target), requests: proxy.count };
}

/** Runs once with faults, or with the command killed at a request. */
async function strike({ row, scenario, sides, choose, killAt, where }, worker) {
  const place = await prepare(scenario);
  let child;
  const kill = (moment) => (number) => {
    if (killAt?.moment === moment && number === killAt.number) child.kill('SIGKILL');
  };
  const proxy = await startProxy({
    target: server.endpoint,
    ...(choose === undefined ? {} : { choose }),
    arrived: kill('before'),
    done: kill('after'),
  });
  const { end, errors } =
    killAt === undefined
      ? await worker.perform(scenario[0], place.target, proxy.endpoint)
      : await runCommand(scenario[0], place.target, proxy.endpoint, (started) => (child = started));
  proxy.close();
  for (const [name, count] of proxy.met) met.set(name, (met.get(name) ?? 0) + count);
  return { row, scenario, sides, where, place, end, errors, log: proxy.log };
}

/** Judges what a run left, once its process has ended, then runs again without faults. */
async function judge({ row, scenario, sides, where, place, end, errors, log }) {
  const found = await read(place.target);
  const side = found === sides.new ? 'new' : found === sides.old ? 'old' : undefined;
  const left = await leftIn(place);
  const isFailure = typeof end === 'number' && end !== 0;
  let problem;
  if (side === undefined) problem = `a mixture or a loss: ${found.slice(0, 200)}`;
  else if (end === 'HANGS') problem = 'does not end';
  else if (end === 0 && side === 'old') problem = 'exit 0 and nothing written';
  else if (/UNEXPECTED|UnknownError/.test(errors)) problem = 'an unclear error';
  else if (isFailure && !/error [A-Z_]+:/.test(errors)) problem = 'no error told';
  else if (isFailure && side === 'new' && !errors.includes('in place')) problem = 'written, and not told so';
  const [args, , other] = scenario;
  const again = other ?? (args.includes('--overwrite') ? args : [...args, '--overwrite']);
  const next = await perform(again, place.target, server.endpoint);
  if (next.end !== 0) problem ??= `the next run fails: ${next.errors}`;
  else if ((await read(place.target)) !== sides.new) problem ??= 'the next run does not give the new export';
  const stays = await leftIn(place);
  if (stays.length > 0) problem ??= `${stays.join()} stays for good`;
  const counts = table.get(row) ?? { old: 0, new: 0, left: 0, WRONG: 0 };
  counts[problem === undefined ? side : 'WRONG']++;
  if (left.length > 0) counts.left++;
  table.set(row, counts);
  if (problem === undefined) return;
  bad.push(`${row}, ${where}: exit ${end}: ${problem}\n    told: ${errors.replaceAll('\n', ' ').slice(0, 600)}`);
  if (values.verbose) print(`${bad.at(-1)}\n${log.join('\n')}`);
}

/** Works through tasks, several at a time, until the share of the time is over; a bounded run takes them in random order. */
async function workThrough(what, tasks, share) {
  const end = until === Infinity ? Infinity : Date.now() + (until - Date.now()) * share;
  const order = until === Infinity ? tasks : shuffle(tasks, random);
  let next = 0;
  const thread = async () => {
    while (next < order.length && Date.now() < end) {
      const worker = order[next].killAt === undefined ? startWorker() : undefined;
      const struck = [];
      // the next run only removes what processes have left that are no more
      while (next < order.length && Date.now() < end && struck.length < (worker === undefined ? 1 : 10)) {
        struck.push(await strike(order[next++], worker));
        if (struck.at(-1).end === 'HANGS') break;
      }
      await worker?.end();
      for (const each of struck) await judge(each);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs ?? 4) }, thread));
  print(`${what}: ${next} of ${tasks.length}`);
}

/** Every scenario, with what a sound run gives. */
async function prepareSides() {
  return Promise.all(
    Object.entries(scenarios).map(async ([name, scenario]) => {
      const sides = await soundRun(scenario);
      print(`${name}: ${sides.requests} requests`);
      return { name, scenario, sides };
    }),
  );
}

/** SIGKILL when a request arrives, or when it has been answered, at moments spread over each run. */
function kills({ name, scenario, sides }) {
  const most = Number(values.kills ?? sides.requests);
  return Array.from({ length: Math.min(most, sides.requests) }, (_, index) => {
    const number = 1 + Math.floor((index * sides.requests) / Math.min(most, sides.requests));
    const killAt = { number, moment: index % 2 === 0 ? 'before' : 'after' };
    const where = `killed ${killAt.moment} request ${number}`;
    return { row: `${name}: kill -9`, scenario, sides, killAt, where };
  });
}

/** A fault at one request, or at as many in a row as no client repeats. */
function atEach(length, row) {
  return ({ name, scenario, sides }) =>
    Object.keys(faults).flatMap((fault) =>
      Array.from({ length: sides.requests }, (_, index) => {
        const choose = (number) => (number > index && number <= index + length ? fault : undefined);
        const where = `${fault} at request ${index + 1}`;
        return { row: `${name}: ${row}`, scenario, sides, choose, where };
      }),
    );
}

/** Any fault at any request, at a rate. */
function rates({ name, scenario, sides }) {
  const names = Object.keys(faults);
  return Array.from({ length: 100 }, (_, index) => {
    const own = generator(seed + index);
    const rate = [0.03, 0.1, 0.3, 0.6][index % 4];
    const choose = () => (own() < rate ? names[Math.floor(own() * names.length)] : undefined);
    return { row: `${name}: at ${rate * 100} %`, scenario, sides, choose, where: `seed ${seed + index}` };
  });
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

print(`seed ${seed}, Node ${process.version}, ${values.server ?? 'versitygw'}`);
const all = await prepareSides();
if (values.seconds !== undefined) until = Date.now() + Number(values.seconds) * 1000;
const kinds = {
  kills: [kills, 0.35],
  one: [atEach(1, 'one fault'), 0.35],
  burst: [atEach(8, '8 in a row'), 0.5],
  rate: [rates, 1],
};
for (const [kind, [make, share]] of Object.entries(kinds)) {
  if (wanted.has(kind)) await workThrough(kind, all.flatMap(make), wanted.size === 1 ? 1 : share);
}
const width = 52;
print(`\n${'what'.padEnd(width)}${'old'.padStart(7)}${'new'.padStart(7)}${'WRONG'.padStart(7)}  (left over at first)`);
for (const [row, { old, new: written, WRONG, left }] of table) {
  print(
    `${row.padEnd(width)}${[old, written, WRONG].map((count) => String(count).padStart(7)).join('')}${String(left).padStart(7)}`,
  );
}
print(`\nfaults met: ${[...met].map(([name, count]) => `${name} ${count}`).join(', ')}`);
for (const problem of bad.slice(0, 40)) print(problem);
print(
  `\n${[...table.values()].reduce((sum, { old, new: written, WRONG }) => sum + old + written + WRONG, 0)} runs, ${bad.length} wrong`,
);
process.exit(bad.length === 0 ? 0 : 1);
