import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize, relative, sep } from 'node:path';

/** Source text by path below `src/`, with `/`. */
export type Sources = ReadonlyMap<string, string>;

/** Rooms from the foundation up: each may import from those before it. Nothing imports `index`, the front door. */
export const roomOrder: readonly string[] = [
  'version',
  'given',
  'quote-text',
  'errors',
  'nearest-name',
  'describe-value',
  'load-package',
  'option-words',
  'plain-shapes',
  'options',
  'on-abort',
  'delay',
  'pause',
  'schema',
  'naming',
  'storage',
  'batch',
  'csv',
  'parquet',
  'parallel',
  'export',
  'metrics',
  'convert',
  'lake',
  'verify',
  'compare',
  'repair',
  'distribute',
  'sql',
  'show',
  'report',
  'job',
  'testing',
  'emulator',
  'worker',
  'browser',
  'cli',
];

/** The wings of rooms, from the ground up: each may import from those before it. Files of the room itself stand above all. */
export const wingOrder: Readonly<Record<string, readonly string[]>> = {
  batch: ['columns', 'hash', 'tables', 'forms'],
  export: ['entries', 'swap', 'find', 'parts', 'tables', 'write'],
  parquet: ['format', 'values', 'codecs', 'read', 'write'],
  metrics: ['base', 'forecast', 'accuracy'],
  verify: ['base', 'records', 'scan', 'judge', 'report'],
  sql: ['dialects', 'terms', 'engines', 'summary', 'checks'],
  emulator: ['door'],
  show: ['values', 'layout', 'results'],
  report: ['base', 'content', 'gather', 'charts', 'page'],
  cli: ['arguments', 'print', 'site', 'commands'],
};

/** Wings that know nothing of each other. */
const strangeWings: readonly string[][] = [['parquet/read', 'parquet/write']];

/** Capabilities that know nothing of each other. */
const strangers = new Set(['convert', 'verify', 'compare']);
/** Rooms that may reach the system. */
const nodeRooms = new Set(['storage', 'parallel', 'emulator', 'cli']);
/** Files that may compute with the system's own compression and checksums, and nothing else of it. */
const zlibFiles = new Set([
  'batch/hash/crc32.ts',
  'batch/pack-bytes.ts',
  'parquet/codecs/brotli.ts',
  'parquet/codecs/gzip.ts',
  'parquet/codecs/zstd.ts',
]);
const longestFile = 300;
const builtins = new Set(builtinModules);

/** Reads the TypeScript and AssemblyScript sources below a folder. */
export function readSources(folder: string): Sources {
  const sources = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (!entry.isFile() || !path.endsWith('.ts')) continue;
    sources.set(path, readFileSync(join(folder, path), 'utf8'));
  }
  return sources;
}

/** What a module imports, types included: `from '…'`, `import '…'`, `import('…')`, also as a type. */
export function findImports(text: string): string[] {
  const code = text.replace(/^[ \t]*(?:\/\*[^]*?\*\/|\/\/.*$)/gm, '');
  const pattern =
    /(?:^|[\s;}])(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?(['"])([^'"\n]+)\1|\bimport\(\s*(['"])([^'"\n]+)\3/gm;
  return [...code.matchAll(pattern)].map((match) => match[2] ?? match[4] ?? '');
}

/** Every breach of the house's rules, one sentence each. */
export function findBreaches(sources: Sources): string[] {
  const breaches: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of sources) {
    const lines = text.split('\n').length - 1;
    if (lines > longestFile && !path.endsWith('.generated.ts')) breaches.push(`${path} has ${lines} lines`);
    if (path.includes('/assembly/')) continue; // AssemblyScript is not part of the module graph
    if (!roomOrder.includes(roomOf(path)) && path !== 'index.ts') breaches.push(`${path} is in no known room`);
    const wings = wingOrder[roomOf(path)];
    if (wings !== undefined && heightOf(path, wings) < 0) breaches.push(`${path} is in no known wing`);
    const edges: string[] = [];
    graph.set(path, edges);
    for (const specifier of findImports(text)) {
      if (!specifier.startsWith('.')) {
        const allowed = nodeRooms.has(roomOf(path)) || (zlibFiles.has(path) && specifier === 'node:zlib');
        if (isBuiltin(specifier) && !allowed) breaches.push(`${path} imports ${specifier}`);
        continue;
      }
      const target = normalize(join(dirname(path), specifier))
        .split(sep)
        .join('/');
      edges.push(target);
      if (!sources.has(target)) breaches.push(`${path} imports ${target}, which is not there`);
      else if (!mayImport(roomOf(path), roomOf(target)) || !mayEnter(path, target))
        breaches.push(`${path} imports ${target}`);
    }
  }
  return [...breaches, ...findCycles(graph)];
}

function roomOf(path: string): string {
  return path.split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtins.has(specifier) || builtins.has(specifier.split('/')[0] ?? '');
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (from === 'index') return to !== 'cli';
  if (to === 'index' || (strangers.has(from) && strangers.has(to))) return false;
  return roomOrder.indexOf(to) < roomOrder.indexOf(from);
}

/** Whether a file may import another of its room, as far as their wings go. */
function mayEnter(from: string, to: string): boolean {
  const room = roomOf(from);
  const wings = wingOrder[room];
  if (room !== roomOf(to) || wings === undefined) return true;
  const [here, there] = [heightOf(from, wings), heightOf(to, wings)];
  const isStrange = strangeWings.some((pair) => [from, to].every((path) => pair.some((wing) => isIn(path, wing))));
  return here === there || (there < here && !isStrange);
}

function heightOf(path: string, wings: readonly string[]): number {
  const [, wing = '', file] = path.split('/');
  return file === undefined ? wings.length : wings.indexOf(wing);
}

function isIn(path: string, wing: string): boolean {
  return path.startsWith(`${wing}/`);
}

/** Depth first; each cycle is told once, at the import that closes it. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push(`cycle: ${[...trail.slice(start), path].join(' > ')}`);
    if (start >= 0 || done.has(path)) return;
    trail.push(path);
    for (const target of graph.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const path of graph.keys()) visit(path);
  return cycles;
}
