import { readMember } from '../describe-value.ts';
import { BacktestExportError } from '../errors.ts';
import { describeValue } from '../options.ts';
import { isOwnThread } from './threads.ts';
import { packagedWorker } from './worker-address.ts';

let chosen: URL | undefined;

/**
 * Says where the Web Workers of this page start: the URL of `backtest-export/browser/worker`, as a bundler names it or as it
 * is served; relative ones are meant from the page. Call it once, before any work. Vite, webpack and browsers without a
 * bundler find the worker by themselves. Where it cannot be loaded, the work is done on one thread, and the console tells so once.
 *
 * @throws `OPTION_INVALID` for another kind of value
 */
export function setWorkerFile(file: string | URL): void {
  const href: unknown = typeof file === 'string' ? file : readMember(file, 'href');
  const base = globalThis.location?.href;
  if (typeof href !== 'string' || href === '' || !URL.canParse(href, base)) {
    const problem = `setWorkerFile: expected the URL of the worker, found ${describeValue(file)}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  chosen = new URL(href, base);
}

/**
 * The file that the library's own workers start with. Undefined in a worker of this library, whose program a wrong choice may
 * have started: it would start itself without end.
 */
export function workerFile(): URL | undefined {
  if (isOwnThread()) return undefined;
  return chosen ?? packagedWorker;
}
