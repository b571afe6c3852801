// Kills a real `serve` with SIGKILL at random moments while clients create, stop, delete and describe jobs, starts it again,
// and holds what it says then against what was told before and against the files. Ends with one line of counts, and with 1 if
// anything was wrong. Usage: node test/faults/serve-kills.mjs [--kills N] [--seconds N] [--seed N]; needs `npm run build`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatExportTimestamp, openExport } from '../../dist/index.js';
import { createLocalStorage } from '../../build/storage/local.js';
import { generateExport } from '../../dist/testing/index.js';

const { values } = parseArgs({
  options: { kills: { type: 'string' }, seconds: { type: 'string' }, seed: { type: 'string' } },
});
const mostKills = Number(values.kills ?? 500);
const deadline = Date.now() + 1000 * Number(values.seconds ?? 3600);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const main = join(import.meta.dirname, '../../dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'serve-kills-'));
const data = join(folder, 'data');
const predictor = 'arn:aws:forecast:us-west-2:123456789012:predictor/bike';
const arnOf = (name) => `arn:aws:forecast:us-west-2:123456789012:predictor-backtest-export-job/bike/${name}`;
const ended = new Set(['ACTIVE', 'CREATE_FAILED', 'CREATE_STOPPED', 'DELETE_FAILED']);
const names = Array.from({ length: 12 }, (_, index) => `job${index}`);

/** Numbers from 0 to 1 that a seed gives (mulberry32). */
let state = seed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
const pick = (list) => list[Math.floor(random() * list.length)];
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What clients were told and not since told otherwise. */
const told = { created: new Map(), active: new Set(), deleted: new Set(), uncertain: new Set() };
const counts = { kills: 0, created: 0, ACTIVE: 0, CREATE_FAILED: 0, CREATE_STOPPED: 0 };
const wrongs = [];
let port = 0;
let failures = 0;

function call(operation, body) {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonForecast.${operation}` };
    const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('error', () => resolve({ status: 0 }));
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode, body: JSON.parse(text) });
        } catch {
          resolve({ status: 0 });
        }
      });
    });
    request.on('error', () => resolve({ status: 0 }));
    request.end(JSON.stringify(body));
  });
}

async function startService() {
  const args = ['serve', '--port', '0', '--predictor', `bike=${join(folder, 'bike')}`, '--data', data];
  const child = spawn(process.execPath, [main, ...args, '--state', join(folder, 'state')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    for (const line of String(chunk).split('\n')) {
      if (/ 500 |damaged|cannot be saved/.test(line)) failures++;
    }
    errors = (errors + chunk).slice(-2000);
  });
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      const [, found] = /listening at http:\/\/[^:]+:(\d+)/.exec(String(chunk)) ?? [];
      if (found === undefined) return;
      port = Number(found);
      resolve();
    });
    child.once('exit', () => reject(new Error(`serve did not start: ${errors}`)));
  });
  return child;
}

const ofJob = (name) => ({ PredictorBacktestExportJobArn: arnOf(name) });

async function createJob(name) {
  const place = `d${Math.floor(random() * 4)}`;
  told.uncertain.add(name);
  const { status, body } = await call('CreatePredictorBacktestExportJob', {
    PredictorBacktestExportJobName: name,
    PredictorArn: predictor,
    Destination: { S3Config: { Path: `s3://bucket/${place}`, RoleArn: 'role' } },
    Format: pick(['CSV', 'PARQUET']),
  });
  if (status !== 200 && body?.__type !== 'ResourceAlreadyExistsException') return;
  told.uncertain.delete(name);
  if (status !== 200) return;
  counts.created++;
  told.created.set(name, place);
  told.deleted.delete(name);
  told.active.delete(name);
}

async function describeJob(name) {
  const { status, body } = await call('DescribePredictorBacktestExportJob', ofJob(name));
  if (status === 200 && body.Status === 'ACTIVE' && told.created.has(name)) told.active.add(name);
}

async function deleteJob(name) {
  // from the asking on nobody can say whether it is there
  told.created.delete(name);
  told.active.delete(name);
  told.uncertain.add(name);
  const { status, body } = await call('DeletePredictorBacktestExportJob', ofJob(name));
  if (status === 200) told.deleted.add(name);
  return body?.__type;
}

/** A client at work until the service is gone. */
async function useService(isOver) {
  while (!isOver()) {
    const chance = random();
    const name = pick(names);
    if (chance < 0.35) await createJob(name);
    else if (chance < 0.9) await describeJob(name);
    else if (chance < 0.95) await call('StopResource', { ResourceArn: arnOf(name) });
    else if (told.active.has(name)) await deleteJob(name);
    await wait(2);
  }
}

const secondOf = (seconds) => new Date(Math.floor(seconds) * 1000);

async function countRows(table) {
  let rows = 0;
  for await (const batch of table.columnBatches()) rows += batch.rows;
  return rows;
}

/** What is wrong with the export of a job that is ACTIVE, if anything. */
async function findIncomplete(job, expected) {
  const place = join(data, job.Destination.S3Config.Path.slice('s3://'.length));
  const exportedAt = secondOf(job.CreationTime);
  try {
    const opened = await openExport(place, { jobName: job.PredictorBacktestExportJobName, exportedAt });
    const rows = [await countRows(opened.forecastedValues), await countRows(opened.accuracyMetrics)];
    if (rows.join() !== expected.join()) return `has ${rows.join(' and ')} rows, not ${expected.join(' and ')}`;
    return opened.complete ? undefined : 'has no _SUCCESS';
  } catch (error) {
    return `cannot be opened: ${error.message}`;
  }
}

function filesBelow(place) {
  try {
    return readdirSync(place, { recursive: true }).map(String);
  } catch {
    return [];
  }
}

/** Holds every job after a restart against what was told and against the files. */
async function checkAfterRestart(expected) {
  const { body } = await call('ListPredictorBacktestExportJobs', {});
  const jobs = new Map(body.PredictorBacktestExportJobs.map((job) => [job.PredictorBacktestExportJobName, job]));
  const wrong = (name, text) => wrongs.push(`after kill ${counts.kills}, ${name}: ${text}`);
  for (const name of told.created.keys()) if (!jobs.has(name)) wrong(name, 'was created and is gone');
  for (const name of told.active) {
    if (jobs.get(name)?.Status !== 'ACTIVE') wrong(name, `was ACTIVE and is ${jobs.get(name)?.Status}`);
  }
  for (const name of told.deleted)
    if (jobs.has(name) && !told.uncertain.has(name)) wrong(name, 'was deleted and is there');
  for (const [name, job] of jobs) {
    counts[job.Status] = (counts[job.Status] ?? 0) + 1;
    if (!ended.has(job.Status)) wrong(name, `is ${job.Status}`);
    if (job.Status === 'ACTIVE') {
      const problem = await findIncomplete(job, expected);
      if (problem !== undefined) wrong(name, `is ACTIVE and ${problem}`);
    } else {
      const part = `_${name}_${formatExportTimestamp(secondOf(job.CreationTime))}_`;
      const left = filesBelow(data).filter((path) => path.includes(part) && !path.includes('.backtest-export'));
      if (left.length > 0) wrong(name, `is ${job.Status} and has left ${left.join(', ')}`);
    }
  }
  return jobs;
}

/** Deletes every third job, which must be possible, and uses the names again, which must be possible too. */
async function checkNames(jobs) {
  for (const name of jobs.keys()) {
    if (random() < 0.66) continue;
    const problem = await deleteJob(name);
    if (problem !== undefined) wrongs.push(`after kill ${counts.kills}, ${name}: cannot be deleted: ${problem}`);
    for (let asked = 0; asked < 200; asked++) {
      const { body } = await call('DescribePredictorBacktestExportJob', ofJob(name));
      if (body?.__type === 'ResourceNotFoundException') break;
      if (asked === 199) wrongs.push(`after kill ${counts.kills}, ${name}: is still being deleted`);
      await wait(10);
    }
    await createJob(name);
    if (!told.created.has(name)) wrongs.push(`after kill ${counts.kills}, ${name}: cannot be created again`);
  }
}

const bike = createLocalStorage(join(folder, 'bike'));
await generateExport(bike, { items: 150, parts: 2, windows: 2, seed: 1 });
const source = await openExport(bike);
const expected = [await countRows(source.forecastedValues), await countRows(source.accuracyMetrics)];
process.stdout.write(`seed ${seed}\n`);
try {
  for (let service = await startService(); ; service = await startService()) {
    const jobs = await checkAfterRestart(expected);
    told.uncertain.clear();
    told.deleted.clear();
    told.created = new Map([...jobs.keys()].map((name) => [name, '']));
    if (counts.kills >= mostKills || Date.now() > deadline || wrongs.length > 20) {
      service.kill('SIGTERM');
      await new Promise((resolve) => service.once('exit', resolve));
      break;
    }
    await checkNames(jobs);
    let isOver = false;
    const clients = [1, 2].map(() => useService(() => isOver));
    await wait(random() * 500);
    service.kill('SIGKILL');
    await new Promise((resolve) => service.once('exit', resolve));
    isOver = true;
    await Promise.all(clients);
    counts.kills++;
    if (counts.kills % 50 === 0) process.stdout.write(`${counts.kills} kills, ${wrongs.length} wrong\n`);
  }
} catch (error) {
  wrongs.push(String(error));
}
const hidden = filesBelow(data).filter((path) => path.includes('.backtest-export')).length;
for (const wrong of wrongs) process.stdout.write(`${wrong}\n`);
const seen = ['ACTIVE', 'CREATE_FAILED', 'CREATE_STOPPED'].map((status) => `${counts[status]} ${status}`).join(', ');
process.stdout.write(
  `serve-kills: ${counts.kills} kills, ${counts.created} jobs created, found after restarts ${seen}; ` +
    `${failures} failures logged, ${hidden} hidden files left, ${wrongs.length} wrong\n`,
);
rmSync(folder, { recursive: true, force: true });
process.exitCode = wrongs.length === 0 ? 0 : 1;
