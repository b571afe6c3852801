/**
 * `node bench/profile.mjs CONTENDER FOLDER [PASSES] [OUT FORMAT]`: where a contender's processor time goes, by file of the
 * library, from V8's sampling profiler, of all threads. One pass shows a cold start, several show the library warm.
 * Positions in the bundle are taken back to files by its source maps, WebAssembly to its kernel.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contenderInput } from './run-contender.mjs';

const microseconds = 200;
const root = join(import.meta.dirname, '..');

/** Milliseconds of self time by place, largest first. */
function profile(args) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  try {
    const flags = ['--cpu-prof', '--cpu-prof-interval', String(microseconds), '--cpu-prof-dir', folder];
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
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  for (const [index, id] of samples.entries()) {
    const place = places.get(id);
    times.set(place, (times.get(place) ?? 0) + timeDeltas[index] / 1000);
  }
}

const engine = {
  '(garbage collector)': 'garbage collection',
  '(program)': 'engine: compiling, system calls',
  '(idle)': 'idle',
};
const files = /^(?:open|close|fsync|fdatasync|rename|unlink|mkdir|lstat|stat|fstat|realpath|readdir)/;

function placeOf({ functionName, url, lineNumber, columnNumber }) {
  if (functionName in engine) return engine[functionName];
  if (url.startsWith('wasm:')) return `WebAssembly of ${kernels.get(url) ?? url}`;
  const source = url.startsWith('file:') ? sourceOf(fileURLToPath(url), lineNumber, columnNumber) : undefined;
  if (source !== undefined) return source;
  if (functionName.startsWith('read')) return 'node: reading';
  if (functionName.startsWith('write')) return 'node: writing';
  if (files.test(functionName)) return 'node: naming and syncing files';
  if (/internal\/(?:modules|bootstrap|process)/.test(url)) return 'node: starting, loading modules';
  return `node: ${functionName || 'others'}`;
}

const maps = new Map();

/** The file that a position in the bundle was made from; a package, or undefined, where it was not. */
function sourceOf(path, line, column) {
  const [, name] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  if (name !== undefined) return `package ${name}`;
  if (!existsSync(`${path}.map`)) return path.startsWith(root) ? path.slice(root.length + 1) : undefined;
  if (!maps.has(path)) maps.set(path, new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8'))));
  const { originalSource } = maps.get(path).findEntry(line, column);
  return originalSource === undefined ? 'the bundle' : originalSource.replace(/^.*?src\//, 'src/');
}

/** V8's address of each kernel, which depends on its bytes alone. */
async function nameKernels() {
  const names = new Map();
  const session = new Session();
  session.connect();
  let current;
  session.on('Debugger.scriptParsed', ({ params }) => params.url.startsWith('wasm:') && names.set(params.url, current));
  session.post('Debugger.enable');
  const build = join(root, 'build');
  for (const file of readdirSync(build, { recursive: true }).filter((path) => path.endsWith('wasm.generated.js'))) {
    current = dirname(file);
    const exported = Object.values(await import(join(build, file)))[0];
    await WebAssembly.compile(Buffer.from(exported, 'base64'));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  session.disconnect();
  return names;
}

const [contender, folder, passes = '1', out, format] = process.argv.slice(2);
const script = join(import.meta.dirname, 'contenders', `${contender?.split(':')[0]}.mjs`);
if (folder === undefined || !existsSync(script) || !existsSync(join(folder, 'forecasted-values'))) {
  process.stderr.write(`node bench/profile.mjs CONTENDER FOLDER [PASSES] [OUT FORMAT]

CONTENDER    a file of bench/contenders without .mjs, and its threads: ours:1, ours-convert:all
FOLDER       an export; \`npm run bench -- csv-to-summary-by-window\` leaves one in .bench/300MB
OUT FORMAT   where a conversion writes to: .bench/out PARQUET
`);
  process.exit(2);
}
// a reader such as `head` may end first
process.stdout.on('error', () => process.exit());
const kernels = await nameKernels();
const input = contenderInput(contender, folder, Number(passes), out === undefined ? {} : { out, format });
const found = profile([join(import.meta.dirname, 'contenders', 'contender.mjs'), input]);
const busy = found.filter(([place]) => place !== 'idle');
const total = busy.reduce((sum, [, time]) => sum + time, 0);
process.stdout.write(`${contender}, ${passes} passes: ${total.toFixed(0)} ms on all threads\n`);
for (const [place, time] of busy.slice(0, 24)) {
  const share = `${((time / total) * 100).toFixed(1)} %`;
  process.stdout.write(`${time.toFixed(0).padStart(7)} ms ${share.padStart(7)}  ${place}\n`);
}
