import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createSite, type SiteLimits } from '#src/cli/site/create-site.js';
import { ServedExports } from '#src/cli/site/served-exports.js';
import { BacktestExportError } from '#src/errors.js';
import type { StorageFile } from '#src/storage/storage.js';
import { createMemoryStorage } from '#src/index.js';

const bytes = Buffer.from('item_id,mean\na,1\n');

/** One file, which changes while it is read where that is wanted. */
class OneFile extends ServedExports {
  isChanging = false;

  constructor() {
    super(createMemoryStorage(), new AbortController().signal);
  }

  override find(path: string): ReturnType<ServedExports['find']> {
    return { path, size: bytes.length, version: 'one' };
  }

  override open(): Promise<StorageFile> {
    const assertUnchanged = async (): Promise<void> => {
      if (this.isChanging) throw new BacktestExportError('FILE_CHANGED', 'it has changed');
    };
    const read = async (buffer: Uint8Array, at: number): Promise<number> =>
      bytes.copy(buffer, 0, at, at + buffer.length);
    return Promise.resolve({
      path: 'a',
      size: bytes.length,
      version: 'one',
      read,
      assertUnchanged,
      close: async () => undefined,
    });
  }
}

async function serve(limits: Partial<SiteLimits>, exports: ServedExports = new OneFile()): Promise<URL> {
  const page = new Map([
    ['index.html', { bytes: Buffer.from(`<html><meta content="connect-src 'none'">`), type: 'text/html' }],
  ]);
  const { server, path } = createSite({ page, exports, limits });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
}

/** What an address is answered with; its body as far as it came. */
async function ask(url: URL, headers = {}): Promise<{ readonly response: IncomingMessage; readonly isWhole: boolean }> {
  const [response] = (await once(get(url, { headers, agent: false }), 'response')) as [IncomingMessage];
  response.on('error', () => undefined).resume();
  await once(response, 'close');
  return { response, isWhole: response.complete };
}

async function open({ hostname, port }: URL): Promise<Socket> {
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  return socket;
}

it('a file that changes while it is sent does not arrive whole', async () => {
  const file = new OneFile();
  const address = new URL('files/a', await serve({}, file));
  expect((await ask(address)).isWhole).toBe(true);
  file.isChanging = true;
  expect(await ask(address).catch(() => ({ isWhole: false }))).toMatchObject({ isWhole: false });
});

it('a request with a body is the last one of its connection', async () => {
  const address = await serve({});
  const connectionOf = async (headers = {}): Promise<unknown> =>
    (await ask(address, headers)).response.headers.connection;
  expect(await connectionOf({ connection: 'keep-alive' })).toBe('keep-alive');
  expect(await connectionOf({ connection: 'keep-alive', 'content-length': 5 })).toBe('close');
});

it('a client that sends nothing is cut off after its time', async () => {
  const socket = await open(await serve({ stillTime: 100, headerTime: 60_000 }));
  await once(socket, 'close', { signal: AbortSignal.timeout(5000) });
});

it('further connections than allowed are closed at once, the others go on', async () => {
  const address = await serve({ connections: 1 });
  const first = await open(address);
  const second = await open(address);
  await once(second, 'close', { signal: AbortSignal.timeout(5000) });
  expect(first.destroyed).toBe(false);
});
