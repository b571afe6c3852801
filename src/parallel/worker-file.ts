import { readFileSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readMember } from '../describe-value.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { describeValue } from '../options.ts';
import { systemError } from '../storage/system-error.ts';
import { libraryName } from './task.ts';
import { isOwnThread } from './threads.ts';

let chosen: URL | undefined;
let packaged: { readonly file: URL | undefined } | undefined;

/**
 * Says where the worker threads of this process start, for programs that are bundled: the file that a bundler has made of
 * `backtest-export/worker`. It is a path, or a `file:` URL. Call it once, before any work. Without it, a bundle works on
 * one thread, since the file that workers start with is not in it, and Node tells so once (`process.emitWarning`, code
 * `BACKTEST_EXPORT_ONE_THREAD`). Other programs need not call it.
 *
 * @throws `OPTION_INVALID` for another kind of value, `FILE_NOT_FOUND` if there is no such file, `READ_FAILED`
 */
export function setWorkerFile(file: string | URL): void {
  const url = toFileUrl(file);
  if (!isFile(url)) {
    const wanted = 'setWorkerFile: expected what a bundler made of backtest-export/worker';
    throw new BacktestExportError(
      'FILE_NOT_FOUND',
      `${wanted}, found no file ${quoteText(typeof file === 'string' ? file : url.href)}`,
    );
  }
  chosen = url;
}

/**
 * The file that the library's own workers start with: the chosen one, or that of the package. Undefined in a bundle that has not
 * chosen one, and in a worker, whose program a wrong choice may have started: it would start itself without end.
 */
export function workerFile(): URL | undefined {
  if (isOwnThread()) return undefined;
  return chosen ?? (packaged ??= { file: findPackaged() }).file;
}

/**
 * The worker beside this module. In a bundle `import.meta.url` is another place, or nothing in CommonJS, and whatever is found
 * there is not ours, though it may have the same name: only the manifest tells.
 */
function findPackaged(): URL | undefined {
  try {
    const here = import.meta.url;
    const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', here), 'utf8'));
    return readMember(manifest, 'name') === libraryName ? new URL('../worker/main.js', here) : undefined;
  } catch {
    return undefined;
  }
}

function isFile(url: URL): boolean {
  try {
    return statSync(url, { throwIfNoEntry: false })?.isFile() === true;
  } catch (cause) {
    throw systemError('READ_FAILED', 'the worker file cannot be read', url.href, cause);
  }
}

function toFileUrl(file: string | URL): URL {
  if (typeof file === 'string' && file !== '' && !file.startsWith('file:')) return pathToFileURL(file);
  const href = typeof file === 'string' ? file : readMember(file, 'href');
  if (typeof href === 'string' && href.startsWith('file:') && URL.canParse(href)) return new URL(href);
  const problem = `setWorkerFile: expected a path or a file: URL, found ${describeValue(file)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}
