// Kills `convert --all` at many moments, again and again until it gets to its end, and looks after each kill what a reader finds:
// of every export nothing or all of it, never a file of another content; at the end all of them, the same bytes as without any
// kill, and no hidden file. Counts how many parts the runs took over. Prints a table; ends with 1 after any other case. Needs a build.
//
//   node test/faults/lake-kills.mjs                 50 moments
//   node test/faults/lake-kills.mjs --seconds 60    as many as fit
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } });
const until = values.seconds === undefined ? Infinity : Date.now() + Number(values.seconds) * 1000;
const work = mkdtempSync(join(tmpdir(), 'backtest-export-lake-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
const command = join(import.meta.dirname, '../../dist/cli/main.js');
const moments = 50;

// two exports of three parts large enough to be taken over, and a small one
const size = ['--items', '2100', '--horizon', '24', '--windows', '2'];
for (const [job, ...options] of [
  ['large', ...size, '--parts', '3'],
  ['other', ...size, '--parts', '3', '--seed', '2'],
  ['small', '--items', '5', '--horizon', '2'],
]) {
  execFileSync(process.execPath, [command, 'generate', join(work, 'exports', job), '--job', job, ...options]);
}

/** Runs the command into a lake; ends it after so many milliseconds. */
function run(lake, killAfter) {
  const args = ['convert', '--all', join(work, 'exports'), lake, '--to', 'parquet', '--threads', '1'];
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfter ?? 60_000);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ end: code ?? signal, errors });
    });
  });
}

/** Every file of a lake by its path, with its bytes. */
function filesOf(lake) {
  const paths = readdirSync(lake, { recursive: true }).filter((path) => statSync(join(lake, path)).isFile());
  return new Map(
    paths
      .toSorted((one, other) => (one < other ? -1 : 1))
      .map((path) => [path, readFileSync(join(lake, path), 'latin1')]),
  );
}

const isHidden = (path) => /(?:^|\/)\.backtest-export/.test(path);
const isPart = (path) => path.endsWith('.parquet') && !isHidden(path);
const folderOf = (path) => path.split('/').slice(0, 2).join('/');

const straight = join(work, 'straight');
const start = Date.now();
const sound = await run(straight);
if (sound.end !== 0) throw new Error(sound.errors);
const whole = Date.now() - start;
const wanted = filesOf(straight);
const counts = { kills: 0, 'runs to the end': 0, 'exports there after a kill': 0, 'parts with a note after a kill': 0 };
const bad = [];

/** What is wrong with a lake after a kill, or at the end. */
function judge(lake, isEnd) {
  let files;
  try {
    files = filesOf(lake);
  } catch {
    return isEnd ? 'nothing is there' : undefined;
  }
  const hidden = [...files.keys()].filter(isHidden);
  counts['parts with a note after a kill'] += hidden.filter((path) => path.endsWith('.note')).length;
  for (const path of files.keys()) {
    if (isPart(path) && files.get(path) !== wanted.get(path)) return `${path} is not what it should be`;
  }
  const swapping = new Set(hidden.filter((path) => /backtest-export-swap/.test(path)).map(folderOf));
  for (const folder of new Set([...wanted.keys()].map(folderOf))) {
    const expected = [...wanted.keys()].filter((path) => folderOf(path) === folder && isPart(path));
    const found = expected.filter((path) => files.has(path));
    if (found.length === expected.length) counts['exports there after a kill'] += isEnd ? 0 : 1;
    else if (found.length > 0 && !swapping.has(folder)) return `${folder} is there in part, and no journal says so`;
  }
  if (!isEnd) return undefined;
  if (hidden.length > 0) return `${hidden.join()} is left for good`;
  const missing = [...wanted.keys()].filter((path) => !files.has(path));
  return missing.length > 0 ? `${missing.join()} is missing` : undefined;
}

for (let moment = 0; moment < moments && Date.now() < until; moment++) {
  const lake = join(work, `lake-${moment}`);
  // from the start of the process to its end, then again a little later, until it gets through
  for (let killAfter = whole * (0.2 + (0.75 * moment) / moments); ; killAfter += whole * 0.15) {
    const { end, errors } = await run(lake, killAfter);
    const isEnd = end === 0;
    if (isEnd) counts['runs to the end'] += 1;
    else counts.kills += 1;
    const problem = end === 0 || end === 'SIGKILL' ? judge(lake, isEnd) : `exit ${end}: ${errors}`;
    if (problem !== undefined) bad.push(`moment ${moment}, killed after ${Math.round(killAfter)} ms: ${problem}`);
    if (isEnd || problem !== undefined) break;
  }
  rmSync(lake, { recursive: true, force: true });
}

for (const [name, count] of Object.entries(counts)) process.stdout.write(`${name}: ${count}\n`);
for (const problem of bad) process.stdout.write(`WRONG: ${problem}\n`);
if (bad.length > 0 || counts.kills === 0 || counts['parts with a note after a kill'] === 0) process.exitCode = 1;
