import { spawn } from 'node:child_process';
import { mkdirSync, rmdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseRange } from '#src/cli/site/byte-range.js';
import { generateExport } from '#src/testing/index.js';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { FakeStream, run } from './run.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Asking {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** Runs `view` until the test ends, or until it is stopped, and gives its exit code. */
async function view(...args: string[]): Promise<{ readonly address: URL; readonly stop: () => Promise<number> }> {
  const ending = new AbortController();
  const stdout = new FakeStream();
  const running = run(['view', ...args], { stdout, signal: ending.signal });
  const stop = async (): Promise<number> => {
    ending.abort();
    return (await running).code;
  };
  onTestFinished(async () => void (await stop()));
  const gone = running.then(({ code, stderr }) => {
    throw new Error(`view ended with ${code}: ${stderr}`);
  });
  gone.catch(() => undefined);
  for (;;) {
    const [, address] = /^open (\S+)\n$/.exec(stdout.text) ?? [];
    if (address !== undefined) return { address: new URL(address), stop };
    await Promise.race([gone, new Promise((resolve) => void setTimeout(resolve, 5))]);
  }
}

/** Asks for a path as it is given: nothing resolves its dots. */
function ask(address: URL, path: string, { method = 'GET', headers = {} }: Asking = {}): Promise<Answer> {
  const { hostname: host, port, pathname } = address;
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host, port, path: path.startsWith('/') ? path : pathname + path, method, headers });
    asked.on('error', reject).on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    asked.end();
  });
}

async function statusOf(address: URL, path: string, asking: Asking = {}): Promise<number> {
  return (await ask(address, path, asking)).status;
}

/** A folder with an export, a file beside it that is none of its parts, and links. */
async function withExport(): Promise<{ readonly folder: string; readonly part: string }> {
  const folder = temporaryFolder();
  const { files } = await generateExport(join(folder, 'exports', 'bike'), { items: 5 });
  const part = files.find(({ path }) => path.endsWith('.csv'))?.path ?? '';
  writeFileSync(join(folder, 'exports', 'bike', 'notes.txt'), 'secret');
  writeFileSync(join(folder, 'outside.csv'), 'outside');
  return { folder, part };
}

describe('view', () => {
  it('serves the page below a secret path, with a policy that lets it ask only there', async () => {
    const { address } = await view();
    expect(address.hostname).toBe('127.0.0.1');
    expect(address.pathname).toMatch(/^\/[\w-]{22}\/$/);
    const { status, headers, body } = await ask(address, '');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(body.toString()).toContain("connect-src 'none'");
    expect(await statusOf(address, '/')).toBe(404);
    expect(await statusOf(address, '/index.html')).toBe(404);
    expect(await statusOf(address, address.pathname.replace(/.\/$/, '/'))).toBe(404);
    expect(await statusOf(address, 'exports.json')).toBe(404);
    expect((await view()).address.pathname).not.toBe(address.pathname);
  });

  it('lists the exports of a folder and serves their files by ranges', async () => {
    const { folder, part } = await withExport();
    const { address } = await view(join(folder, 'exports'));
    expect((await ask(address, '')).body.toString()).toMatch(
      /<html data-exports="exports\.json"[^]*connect-src 'self'/,
    );
    const list = JSON.parse((await ask(address, 'exports.json')).body.toString()) as { files: string[] };
    const location = join(folder, 'exports');
    expect(list).toMatchObject({ location, problems: [], others: ['bike/notes.txt'] });
    expect(list.files).toEqual(expect.arrayContaining(['bike/_SUCCESS', `bike/${part}`]));
    const { size } = statSync(join(location, 'bike', part));
    const file = `files/${encodeURIComponent(`bike/${part}`)}`;
    const whole = await ask(address, file);
    expect(whole.status).toBe(200);
    expect(whole.headers).toMatchObject({ 'accept-ranges': 'bytes', 'content-length': String(size) });
    const { etag = '' } = whole.headers;
    const range = await ask(address, file, { headers: { range: 'bytes=5-24' } });
    expect(range.status).toBe(206);
    expect(range.headers).toMatchObject({ 'content-range': `bytes 5-24/${size}`, etag });
    expect(range.body).toEqual(whole.body.subarray(5, 25));
    const head = await ask(address, file, { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(size), 0]);
    expect(await statusOf(address, file, { method: 'HEAD', headers: { range: 'bytes=5-24' } })).toBe(200);
    const beyond = await ask(address, file, { headers: { range: 'bytes=99999999-' } });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${size}`]);
    expect(await statusOf(address, file, { headers: { 'if-match': etag } })).toBe(200);
    expect(await statusOf(address, file, { headers: { 'if-match': '"other"' } })).toBe(412);
    expect(await statusOf(address, file, { headers: { range: 'bytes=5-9', 'if-range': etag } })).toBe(206);
    expect(await statusOf(address, file, { headers: { range: 'bytes=5-9', 'if-range': '"other"' } })).toBe(200);
  });

  it('refuses a file that has changed since it was listed until it is listed again', async () => {
    const { folder, part } = await withExport();
    const { address } = await view(join(folder, 'exports', 'bike'));
    await ask(address, 'exports.json');
    writeFileSync(join(folder, 'exports', 'bike', part), 'changed');
    expect(await statusOf(address, `files/${part}`)).toBe(412);
    await ask(address, 'exports.json');
    expect((await ask(address, `files/${part}`)).body.toString()).toBe('changed');
    const path = join(folder, 'exports', 'bike', part);
    rmSync(path);
    expect(await statusOf(address, `files/${part}`)).toBe(404);
    mkdirSync(path);
    expect(await statusOf(address, `files/${part}`)).toBe(412);
    rmdirSync(path);
    symlinkSync(join(folder, 'outside.csv'), path);
    expect(await statusOf(address, `files/${part}`)).toBe(412);
  });

  it('serves nothing but parts and markers of exports, by exactly the path that was listed', async () => {
    const { folder, part } = await withExport();
    const bike = join(folder, 'exports', 'bike');
    symlinkSync(join(folder, 'outside.csv'), join(bike, part.replace('part0', 'part7')));
    mkdirSync(join(bike, 'more'));
    const { address } = await view(bike);
    const { body } = await ask(address, 'exports.json');
    expect(body.toString()).toContain('"notes.txt"');
    expect(await statusOf(address, `files/${part}`)).toBe(200);
    const [table = '', name = ''] = part.split('/');
    for (const path of [
      'files/notes.txt',
      'files/more',
      'files/',
      `files/${part.replace('part0', 'part7')}`,
      'files/../../outside.csv',
      'files/..%2F..%2Foutside.csv',
      `files/${table}/../../../outside.csv`,
      `files/${table}/%2e%2e/%2e%2e/%2e%2e/outside.csv`,
      `files/${table}//${name}`,
      `files/./${part}`,
      `files/${part}%00`,
      `files/%2Fetc%2Fpasswd`,
      `files/${part}%`,
      '../package.json',
      'chunks/../../package.json',
      '%2e%2e/index.d.ts',
    ]) {
      expect([path, await statusOf(address, path)]).toEqual([path, 404]);
    }
  });

  it('answers only requests for its own name, which only read', async () => {
    const { folder } = await withExport();
    const { address } = await view(join(folder, 'exports'));
    const { port } = address;
    const hosts = [
      'rebound.example',
      `rebound.example:${port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      `127.0.0.1:${port}.example`,
    ];
    for (const host of hosts) expect([host, await statusOf(address, '', { headers: { host } })]).toEqual([host, 403]);
    expect(await statusOf(address, '', { headers: { host: `localhost:${port}` } })).toBe(200);
    expect(await statusOf(address, '', { headers: { origin: 'http://other.example' } })).toBe(403);
    expect(await statusOf(address, '', { headers: { 'sec-fetch-site': 'cross-site' } })).toBe(403);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH']) {
      const { status, headers } = await ask(address, 'exports.json', { method });
      expect([method, status, headers.allow]).toEqual([method, 405, 'GET, HEAD']);
    }
  });

  it('closes connections that send no whole request, and ends with all that are open', async () => {
    const { address, stop } = await view();
    const socket = connect(Number(address.port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\n');
    await new Promise((resolve) => socket.once('ready', resolve));
    expect(await stop()).toBe(0);
    await closed;
    await expect(ask(address, '')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('refuses what it cannot show or listen on before it prints an address', async () => {
    const folder = temporaryFolder();
    expect(await run(['view', join(folder, 'missing')])).toMatchObject({ code: 2, stdout: '' });
    const { address } = await view();
    const taken = await run(['view', '--port', address.port]);
    expect(taken).toMatchObject({ code: 2, stdout: '' });
    expect(taken.stderr).toContain(`--port: expected a port that is free, found ${address.port}`);
    expect((await run(['view', '--port', '70000'])).stderr).toContain('expected a number from 0 to 65535');
    expect((await run(['view', '--open', '--no-open'])).stderr).toContain('exclude each other');
    expect((await run(['view', 'a', 'b'])).stderr).toContain('expected one [FOLDER]');
  });

  it('ends on Ctrl-C with 0, in a process of its own', async () => {
    const main = join(import.meta.dirname, '../../dist/cli/main.js');
    const child = spawn(process.execPath, [main, 'view'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});

describe('a range of bytes', () => {
  it.each([
    [undefined, undefined],
    ['bytes=0-9', { from: 0, to: 10 }],
    ['bytes=0-0', { from: 0, to: 1 }],
    ['bytes=90-', { from: 90, to: 100 }],
    ['bytes=90-200', { from: 90, to: 100 }],
    ['bytes=-10', { from: 90, to: 100 }],
    ['bytes=-1000', { from: 0, to: 100 }],
    ['bytes=-0', 'none'],
    ['bytes=100-', 'none'],
    ['bytes=100-200', 'none'],
    ['bytes=9-3', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,5-6', undefined],
    ['lines=0-1', undefined],
    [`bytes=${'9'.repeat(20)}-`, undefined],
  ] as const)('%s of 100 bytes', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });
});
