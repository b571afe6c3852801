/**
 * `node bench/profile.mjs CONTENDER FOLDER [PASSES] [OUT FORMAT]`: where a contender's processor time goes, by room of the
 * library, from V8's sampling profiler, of all threads. One pass shows a cold start, several show the library warm. Self time of WebAssembly belongs to the module that called it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contenderInput } from './run-contender.mjs';

const interval = 200;

/** Milliseconds of self time by place, largest first. */
export function profile(args) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  try {
    const flags = ['--cpu-prof', '--cpu-prof-interval', String(interval), '--cpu-prof-dir', folder];
    const { status, stderr } = spawnSync(process.execPath, [...flags, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const times = new Map();
    for (const file of readdirSync(folder)) addTimes(times, JSON.parse(readFileSync(join(folder, file), 'utf8')));
    return [...times].sort(([, a], [, b]) => b - a);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function addTimes(times, { nodes, samples, timeDeltas }) {
  const parents = new Map();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const places = new Map();
  for (const [index, id] of samples.entries()) {
    const node = byId.get(id);
    let place = places.get(id);
    if (place === undefined) places.set(id, (place = placeOf(node, parents)));
    times.set(place, (times.get(place) ?? 0) + timeDeltas[index] / 1000);
  }
}

/** The room that a sample belongs to, and for WebAssembly the caller's. */
function placeOf(node, parents) {
  const { functionName, url } = node.callFrame;
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'engine (compiling, system calls)';
  if (url.startsWith('wasm:')) {
    let caller = parents.get(node);
    while (caller !== undefined && roomOf(caller) === undefined) caller = parents.get(caller);
    return `WebAssembly of ${roomOf(caller)}`;
  }
  const path = roomOf(node);
  if (path !== undefined) return path;
  if (/\/node_modules\/((?:@[^/]+\/)?[^/]+)/.test(url))
    return `package ${/\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)[1]}`;
  if (/internal\/modules|internal\/bootstrap/.test(url)) return 'loading modules';
  if (functionName === 'readSync' || functionName === 'read') return 'reading files';
  if (functionName === 'writeSync' || /^(?:open|close|fsync|fdatasync|rename|stat)/.test(functionName))
    return 'writing and naming files';
  return url.startsWith('node:') || url === '' ? `node ${functionName || url}` : 'the contender';
}

function roomOf(node) {
  const at = node?.callFrame.url ?? '';
  return /\/(?:dist|build)\/(.+?)(?:\.js)?$/.exec(at)?.[1];
}

if (process.argv[1] === import.meta.filename) {
  const [contender, folder, passes = '1', out, format] = process.argv.slice(2);
  const script = join(import.meta.dirname, 'contenders', 'contender.mjs');
  const found = profile([
    script,
    contenderInput(contender, folder, Number(passes), out === undefined ? {} : { out, format }),
  ]);
  const total = found.reduce((sum, [place, time]) => sum + (place === 'idle' ? 0 : time), 0);
  process.stdout.write(`${contender}, ${passes} passes: ${total.toFixed(0)} ms of samples on all threads\n`);
  for (const [place, time] of found.slice(0, 24))
    process.stdout.write(
      `${time.toFixed(0).padStart(7)} ms ${((time / total) * 100).toFixed(1).padStart(5)} %  ${place}\n`,
    );
}
