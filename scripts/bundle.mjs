/**
 * Bundles the package: `src/` to a few files in `dist/`, each with a source map that has the sources in it, and the types
 * of the public entry points from `build/`, where the compiler has put them, beside. Dependencies stay imports. Beside the
 * entry points that package.json has for `require` stands a file that Jest can load.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';

/** The modules that are opened by their place: by package.json, by a thread that starts a worker, and by tests (`cli/run-command`). */
const doors = [
  'cli/main',
  'cli/run-command',
  'distribute/index',
  'emulator/index',
  'index',
  'job/index',
  'sql/index',
  'storage/s3/index',
  'testing/extend-expect',
  'testing/index',
  'testing/jest',
  'testing/vitest',
  'worker/main',
];

/**
 * The files that several doors or commands share: each holds what its roots import, directly or not, as far as no file above
 * holds it already, so that files import one way only and no module is in two of them. Few files start faster than many
 * (about 0.25 ms of processor time each), but none should hold much that those who load it do not need. What is not
 * listed is split by itself: a file for each command, task and form of output.
 */
const shared = {
  base: [
    'errors',
    'options',
    'pause',
    'schema/column-naming',
    'schema/schema',
    'version',
    // that the library needs of what the command has: it must not load the command, nor a bundle of it hold every command
    'sql/dialects/dialect',
    'storage/s3/s3-settings',
    // the functions that load all else of a report when they are called
    'report/create-report',
    'report/report-to-html',
    'report/report-to-markdown',
    // what reports and the command show alike
    'show/values/escape-markdown',
    'show/values/show-value',
    'show/values/text-width',
  ],
  command: ['cli/run-command'],
  decoding: ['export/parts/part-source', 'batch/hash/keyed-digest'],
  summing: ['metrics/part-task'],
  reading: [
    'export/tables/tasks',
    'export/open-export',
    'export/parts/part-source',
    'export/parts/run-parts',
    'export/find/find-exports',
    'storage/memory',
    'storage/thread-share',
  ],
  s3: ['storage/s3/s3-work'],
  mapping: ['distribute/map-part'],
  metrics: ['metrics/summarize', 'metrics/accuracy/service-response', 'show/results/note-texts'],
  showing: [
    'cli/commands/ask-engine',
    'cli/commands/open-with-warnings',
    'cli/commands/read-lines',
    'cli/commands/show-summary',
    'cli/arguments/frequency-option',
    'show/results/summary',
    'show/values/json',
  ],
  parquet: ['parquet/read/decode'],
  writing: ['export/write/export-writer', 'export/find/list-leftovers'],
  converting: [
    'lake/convert-exports',
    'convert/convert-export',
    'convert/convert-table',
    'convert/tasks',
    'repair/repair-export',
  ],
  verifying: ['verify/verify-export', 'verify/tasks'],
  distributing: ['distribute/plan-export', 'distribute/reduce-states', 'distribute/reduce-verification'],
  asking: [
    'sql/engines/athena',
    'sql/engines/duckdb',
    'sql/engines/trino',
    'sql/summarize-with',
    'sql/verify-with',
    'sql/write-sql',
  ],
  comparing: ['compare/compare-exports'],
  testing: ['testing/index', 'testing/extend-expect'],
};

/** Writes `dist/`, which must not be there. */
export async function bundle(root) {
  const graph = new Map();
  const imports = new Map();
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(doors.map((door) => [door, `src/${door}.ts`])),
    platform: 'node',
    external: /^[^./]/,
    // importing a door may do something, such as to run a program; every other module only defines
    treeshake: { moduleSideEffects: (id) => doors.some((door) => id === join(root, 'src', `${door}.ts`)) },
    plugins: [
      {
        name: 'graph',
        moduleParsed: ({ id, importedIds, dynamicallyImportedIds }) => {
          graph.set(id, importedIds);
          imports.set(id, [...importedIds, ...dynamicallyImportedIds]);
        },
      },
    ],
  });
  let assigned;
  const fileOf = (id) => (assigned ??= assignFiles(join(root, 'src'), graph, imports)).get(id);
  const { output } = await build.write({
    dir: join(root, 'dist'),
    format: 'esm',
    chunkFileNames: 'chunks/[name].js',
    sourcemap: true,
    plugins: [{ name: 'builtins', renderChunk: (code) => ({ code: takeBuiltins(code), map: null }) }],
    comments: { legal: true, annotation: false, jsdoc: false },
    codeSplitting: {
      groups: Object.keys(shared).map((name, index, names) => ({
        name,
        priority: names.length - index,
        test: (id) => fileOf(id) === name,
      })),
    },
  });
  await build.close();
  assertOneDepth(output);
  assertDeclared(root, output);
  copyTypes(root);
  writeRequired(root);
}

/**
 * Takes Node's own modules without importing them. An import makes an ES module of each, which reads all its exports and with
 * them loads what they only load when asked for, such as the streams of `node:fs`: 3 to 5 ms for a summary. Keeps the lines.
 */
function takeBuiltins(code) {
  return code.replace(/^import (?:\{([^}]*)\}|\* as (\w+)) from "(node:[\w/]+)";$/gm, (_, names, all, specifier) => {
    const taken =
      all ??
      `{ ${names
        .trim()
        .replaceAll(/\bas\b/g, ':')
        .replaceAll(' :', ':')} }`;
    return `const ${taken} = process.getBuiltinModule("${specifier}");`;
  });
}

/** The shared file of each module that has one; `imports` are those of `graph` and those that are made when needed. */
function assignFiles(source, graph, imports) {
  const files = new Map();
  for (const [name, roots] of Object.entries(shared)) {
    const visit = (id) => {
      if (!graph.has(id) || files.has(id)) return;
      files.set(id, name);
      graph.get(id).forEach(visit);
    };
    for (const path of roots) {
      const id = join(source, `${path}.ts`);
      if (!graph.has(id)) throw new Error(`${name}: there is no ${path}`);
      visit(id);
    }
  }
  assertApart(source, files, imports);
  return files;
}

/**
 * A file with modules of the command holds none that a door of the library reaches: the library would load the command, and
 * a bundle of it would hold every command with all packages that any of them needs.
 */
function assertApart(source, files, imports) {
  const isOfCommand = (id) => id.startsWith(join(source, 'cli/'));
  const reached = new Set(doors.map((door) => join(source, `${door}.ts`)).filter((id) => !isOfCommand(id)));
  for (const id of reached) for (const next of imports.get(id) ?? []) reached.add(next);
  const ofCommand = new Set([...files.keys()].filter(isOfCommand).map((id) => files.get(id)));
  const mixed = [...files].filter(([id, name]) => ofCommand.has(name) && reached.has(id));
  if (mixed.length === 0) return;
  const found = mixed.map(([id, name]) => `${relative(source, id)} in ${name}`).join(', ');
  throw new Error(`the library would load the command: give these to a file before: ${found}`);
}

/** A module that finds a file by its own place must be one folder deep in `dist/` as it is in `src/`. */
function assertOneDepth(output) {
  for (const { fileName, code = '' } of output) {
    if (!fileName.endsWith('.js') || !code.includes('import.meta.url')) continue;
    if (fileName.split('/').length !== 2) throw new Error(`${fileName} finds other files by its place`);
  }
}

/** What is imported must be installed with this package: a bundler adds imports of its own for helpers of old syntax. */
export function assertDeclared(root, output) {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const declared = new Set(Object.keys({ ...dependencies, ...peerDependencies }));
  const nameOf = (specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
  for (const { fileName, imports = [], dynamicImports = [] } of output) {
    const foreign = [...imports, ...dynamicImports].find(
      (specifier) => !/^(?:\.|node:)|\.js$/.test(specifier) && !declared.has(nameOf(specifier)),
    );
    if (foreign !== undefined) throw new Error(`${fileName} imports ${foreign}, which package.json does not have`);
  }
}

/** Copies the declarations that the public entry points reach. */
function copyTypes(root) {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const waiting = Object.values(exports).flatMap(({ types }) => (types === undefined ? [] : [join(root, types)]));
  const seen = new Set(waiting);
  for (const path of waiting) {
    const made = path.replace(join(root, 'dist'), join(root, 'build'));
    const text = readFileSync(made, 'utf8');
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(made, path);
    for (const [, specifier] of text.matchAll(/(?:\bfrom |\bimport\(|^import )['"](\.[^'"]+)['"]/gm)) {
      const target = join(dirname(path), specifier.replace(/\.js$/, '.d.ts').replace(/(?<!\.d)\.ts$/, '.d.ts'));
      if (!seen.has(target)) waiting.push(target);
      seen.add(target);
    }
  }
}

/**
 * Writes what the condition `require` of package.json names. Node and bundlers take an earlier condition, the ES module
 * itself; Jest's `require` knows neither and cannot load ES modules, so that this takes Node's own, from outside of the
 * sandbox in which Jest runs a test. `expect` is a global of the sandbox.
 */
function writeRequired(root) {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const { require: path } of Object.values(exports)) {
    if (path === undefined) continue;
    const taken =
      basename(path) === 'jest.cjs'
        ? "load('./extend-expect.js').extendExpect(globalThis.expect);"
        : `module.exports = load('./${basename(path, '.cjs')}.js');`;
    const load =
      "require('node:vm').runInThisContext('process').getBuiltinModule('node:module').createRequire(__filename)";
    writeFileSync(join(root, path), `'use strict';\nconst load = ${load};\n${taken}\n`);
  }
}
