import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { BacktestExportError, isError } from '../../errors.ts';
import { quoteText } from '../../quote-text.ts';
import { openStorage } from '../../storage/open-storage.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { createSite } from '../site/create-site.ts';
import { openBrowser } from '../site/open-browser.ts';
import { readPageFiles, type PageFiles } from '../site/page-files.ts';
import { ServedExports } from '../site/served-exports.ts';
import { exit, type CommandContext } from './context.ts';

/** Loopback, and never another address: there is no password. */
const host = '127.0.0.1';

/** `view`: the page until Ctrl-C. */
export async function viewCommand(context: CommandContext): Promise<number> {
  const { flags, out, signal } = context;
  const [folder] = flags.arguments(0, 1);
  const port = portOption(flags);
  const opens = opensBrowser(context);
  const exports = folder === undefined ? undefined : new ServedExports(openStorage(folder), signal);
  // a folder that is not there, or not readable, is told before a page is opened
  await exports?.list();
  const { server, path } = createSite({ page: readPage(), exports });
  try {
    await startListening(server, port, signal);
    const { port: taken } = server.address() as AddressInfo;
    const address = `http://${host}:${taken}${path}`;
    await out.write(`open ${address}\n`);
    if (opens) openBrowser(address);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    server.close();
    server.closeAllConnections();
  }
  return exit.fine;
}

/** The built page is beside the folder of this file in the package. */
function readPage(): PageFiles {
  try {
    return readPageFiles(fileURLToPath(new URL('../viewer/', import.meta.url)));
  } catch (cause) {
    throw new BacktestExportError('READ_FAILED', 'the page of view is not in this package', { cause });
  }
}

function portOption(flags: Flags): number {
  const wanted = flags.count('port', 0) ?? 0;
  if (wanted > 65_535) throw usageError(`--port: expected a number from 0 to 65535, found ${wanted}`);
  return wanted;
}

/** Whether the browser is opened: on a terminal, unless the options say otherwise. */
function opensBrowser({ flags, out }: CommandContext): boolean {
  if (flags.has('open') && flags.has('no-open')) throw usageError('--open and --no-open exclude each other');
  return flags.has('open') || (out.stream.isTTY === true && !flags.has('no-open'));
}

/** @throws `OPTION_INVALID` where the port is in use; the signal's reason */
async function startListening(server: Server, port: number, signal: AbortSignal): Promise<void> {
  try {
    const listening = once(server, 'listening', { signal });
    server.listen(port, host);
    await listening;
  } catch (cause) {
    signal.throwIfAborted();
    const found = isError(cause) ? quoteText(cause.message, '') : String(cause);
    throw new BacktestExportError('OPTION_INVALID', `--port: expected a port that is free, found ${port}: ${found}`, {
      cause,
    });
  }
}
