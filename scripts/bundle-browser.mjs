/**
 * Bundles the library for browsers to `dist/browser/`: a page's entry point, that of its workers, and what both share, in few
 * files, each with a source map. A module `name.browser.ts` takes the place of `name.ts` beside it. Dependencies stay
 * imports, but for the one that has no ES modules.
 */
import { parse } from 'acorn';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** The entry points, beside each other: a page finds its worker by its place. */
const doors = ['index', 'worker'];

/** A package that is bundled: it has CommonJS only, which a browser cannot import. */
const bundled = /^(?:brotli|base64-js)(?:\/|$)/;

/** What Node has and browsers have not. `pause.ts` looks whether there is a `setImmediate`. */
const globals = new Set(['Buffer', 'process', 'global', 'require', '__dirname', '__filename']);

/** Writes `dist/browser/`. @throws where anything of Node would get there */
export async function bundleBrowser(root) {
  const inputs = Object.fromEntries(doors.map((door) => [door, join(root, 'src', 'browser', `${door}.ts`)]));
  const build = await rolldown({
    cwd: root,
    input: inputs,
    platform: 'browser',
    external: (specifier) => /^[^./]/.test(specifier) && !bundled.test(specifier),
    treeshake: { moduleSideEffects: (id) => Object.values(inputs).includes(id) || id.includes('node_modules') },
    plugins: [twins],
  });
  const { output } = await build.write({
    dir: join(root, 'dist', 'browser'),
    format: 'esm',
    chunkFileNames: '[name].js',
    sourcemap: true,
    comments: { legal: true, annotation: true, jsdoc: false },
  });
  await build.close();
  for (const { fileName, code, imports, dynamicImports } of output) {
    if (code === undefined || fileName.endsWith('.map')) continue;
    assertFree(fileName, code, [...imports, ...dynamicImports]);
  }
}

/** Takes the twin of a module for browsers, where it has one. */
const twins = {
  name: 'twins',
  async resolveId(specifier, importer) {
    if (importer === undefined || !specifier.startsWith('.')) return null;
    const found = await this.resolve(specifier, importer, { skipSelf: true });
    const twin = found?.id.replace(/(?<!\.browser)\.ts$/, '.browser.ts');
    return found !== null && twin !== found.id && existsSync(twin) ? { ...found, id: twin } : found;
  },
};

/** @throws where a file imports one of Node's modules or uses one of its globals */
function assertFree(fileName, code, imports) {
  const builtin = imports.find((specifier) => specifier.startsWith('node:'));
  if (builtin !== undefined) throw new Error(`dist/browser/${fileName} imports ${builtin}`);
  const visit = (node, parent, key) => {
    if (Array.isArray(node)) return node.forEach((each) => visit(each, parent, key));
    if (typeof node?.type !== 'string') return;
    const isName = (key === 'property' || key === 'key') && parent.computed !== true;
    if (node.type === 'Identifier' && !isName && globals.has(node.name)) {
      const line = code.slice(0, node.start).split('\n').length;
      throw new Error(`dist/browser/${fileName}, line ${line} uses ${node.name}`);
    }
    for (const [name, child] of Object.entries(node)) if (typeof child === 'object') visit(child, node, name);
  };
  visit(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }));
}
