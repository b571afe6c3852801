import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const dist = join(import.meta.dirname, '..', '..', 'dist');

/** The files that importing a file in a new process loads on its main thread, relative to `dist/`, sorted. */
export async function loadedBy(path: string, argv: readonly string[]): Promise<string[]> {
  const hook = `import { writeSync } from 'node:fs';
    export async function load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); }`;
  const code = `
    import { register } from 'node:module';
    process.argv = [process.argv[0], 'backtest-export', ...${JSON.stringify(argv)}];
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
    await import(${JSON.stringify(pathToFileURL(path).href)});`;
  // the hook runs on a thread of its own, whose console may be cut short when the process ends
  // module.register() is deprecated from Node 26 on, and its successor is not there in Node 20
  const args = ['--no-deprecation', '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let loaded = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (loaded += chunk));
  await once(child, 'close');
  const files = loaded.split('\n').filter((line) => line.startsWith('file:'));
  return files.map((url) => relative(dist, fileURLToPath(url)).split(sep).join('/')).toSorted();
}
