/**
 * Builds the page of `viewer/` with Vite into `dist/viewer`: everything bundled, with relative addresses, so that any static host
 * can serve it below any path. Page, engine and the library's worker are one build, so that they share their files; style and
 * script of reports, which are constants of the library, become files of the page.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

/** Writes `dist/viewer/`. The library must have been compiled and bundled before. */
export async function buildPage(root) {
  const library = join(root, 'dist', 'browser');
  await build({
    root: join(root, 'viewer'),
    configFile: false,
    base: './',
    logLevel: 'warn',
    publicDir: false,
    plugins: [withoutOwnWorker(library), filesOfPage(root, library)],
    resolve: { alias: [{ find: /^backtest-export\/browser$/, replacement: join(library, 'index.js') }] },
    build: {
      outDir: join(root, 'dist', 'viewer'),
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2000,
      // what is bundled is passed on: with its licenses
      license: { fileName: 'licenses.md' },
    },
  });
}

/** What the page names by its address: `virtual:engine`, `virtual:thread`, `virtual:report-script`; and the style of reports, before its own. */
function filesOfPage(root, library) {
  const constant = async (file, name) => {
    const path = join(root, 'build', 'report', 'page', 'html', `${file}.js`);
    return (await import(pathToFileURL(path).href))[name];
  };
  const emitted = {
    'virtual:engine': () => ({ type: 'chunk', id: join(root, 'viewer', 'engine', 'worker.ts'), name: 'engine' }),
    'virtual:thread': () => ({ type: 'chunk', id: join(library, 'worker.js'), name: 'thread' }),
    'virtual:report-script': async () => ({
      type: 'asset',
      name: 'report.js',
      source: await constant('page-script', 'pageScript'),
    }),
  };
  let style;
  return {
    name: 'files-of-page',
    async buildStart() {
      const source = await constant('page-style', 'pageStyle');
      const hash = createHash('sha256').update(source).digest('base64url').slice(0, 8);
      style = `assets/report-${hash}.css`;
      this.emitFile({ type: 'asset', fileName: style, source });
    },
    transformIndexHtml: () => [
      { tag: 'link', attrs: { rel: 'stylesheet', href: `./${style}` }, injectTo: 'head-prepend' },
    ],
    resolveId: (id) => (id in emitted ? `\0${id}` : undefined),
    async load(id) {
      const emit = id.startsWith('\0virtual:') ? emitted[id.slice(1)] : undefined;
      if (emit === undefined) return undefined;
      return `export default import.meta.ROLLUP_FILE_URL_${this.emitFile(await emit())};`;
    },
  };
}

/**
 * The page names the library's worker itself. What is for bundlers in the library, `new Worker(new URL(…))`, would make Vite
 * bundle it once more, with all that it needs.
 */
function withoutOwnWorker(library) {
  return {
    name: 'without-own-worker',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(library)) return undefined;
      return { code: code.replaceAll(/new Worker\(new URL\([^()]*\), \{[^{}]*\}\)/g, 'undefined'), map: null };
    },
  };
}
