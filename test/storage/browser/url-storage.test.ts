import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { summarize } from 'backtest-export';
import * as browser from 'backtest-export/browser';
import { createUrlStorage } from '#src/storage/browser/url-storage.js';
import type { UrlAccess } from '#src/storage/browser/url-access.js';
import { UrlRequests } from '#src/storage/browser/url-requests.js';
import type { Storage, StorageFile } from '#src/storage/storage.js';
import { folderFiles } from '../../support/folder-files.ts';
import { answered, serveFiles, type Answer, type WebFile, type WebServer } from '../../support/hostile-web.ts';

const retail = join(import.meta.dirname, '../../../fixtures/retail/export');
const bytes = Uint8Array.from({ length: 5_000_000 }, (_, index) => (index * 7919) >>> 8);

/** One file `a.csv`, as the server has it. */
function oneFile(more: Partial<WebFile> = {}): { file: WebFile; files: Map<string, WebFile> } {
  const file: WebFile = { bytes, etag: '"one"', ...more };
  return { file, files: new Map([['a.csv', file]]) };
}

const quick: UrlAccess = { timeout: 400, tries: 2 };

async function openOne(
  files: ReadonlyMap<string, WebFile>,
  answer?: Answer,
  access: UrlAccess = quick,
): Promise<{ storage: Storage; file: StorageFile; server: WebServer }> {
  const server = await serveFiles(files, answer);
  const storage = createUrlStorage([`${server.url}a.csv`], access);
  return { storage, file: await storage.open('a.csv'), server };
}

async function readAll(file: StorageFile, piece = 1_000_000): Promise<boolean> {
  const found = new Uint8Array(file.size);
  for (let at = 0; at < file.size; at += piece) await file.read(found.subarray(at, at + piece), at);
  return Buffer.compare(found, bytes) === 0;
}

describe('files on a web server', () => {
  it('are summarized as the folder is, by six requests at a time at most', async () => {
    const files = new Map(
      [...folderFiles(retail)].map(([path, text]) => [
        `x/${path}`,
        { bytes: Buffer.from(text, 'latin1'), etag: `"${path}"` },
      ]),
    );
    const server = await serveFiles(files);
    const storage = browser.createUrlStorage({ base: `${server.url}x`, files: [...folderFiles(retail).keys()] });
    const [here, there] = [await summarize(retail), await browser.summarize(storage, { threads: 1 })];
    expect(there.export.location).toBe(`${server.url}x`);
    expect({ ...there, export: 0 }).toEqual({ ...here, export: 0 });
    expect(server.most()).toBeLessThanOrEqual(6);
    expect(server.asked.every(({ method, range }) => method === 'GET' && range !== '')).toBe(true);
  });

  it('have the paths below the folder that all addresses share, decoded', async () => {
    const list = async (urls: readonly (string | URL)[]): Promise<string> => {
      const { location, transfer } = createUrlStorage(urls);
      return `${location}: ${transfer?.kind === 'urls' ? transfer.files.map(({ path }) => path).join(', ') : ''}`;
    };
    expect(await list(['http://a/x/y/1.csv?sig=%2F', new URL('http://a/x/y/2%20%C3%A4.csv')])).toBe(
      'http://a/x/y: 1.csv, 2 ä.csv',
    );
    expect(await list(['http://a/x/forecasted-values/1.csv'])).toBe('http://a/x: forecasted-values/1.csv');
    expect(await list(['https://a/x/b/1.csv', 'https://a/x/c/1.csv'])).toBe('https://a/x: b/1.csv, c/1.csv');
    const { transfer } = createUrlStorage({ base: 'http://a/x', files: ['b c/#1?.csv'] });
    expect(transfer).toMatchObject({ files: [{ path: 'b c/#1?.csv', url: 'http://a/x/b%20c/%231%3F.csv' }] });
  });

  it.each([
    ['a path', ['/tmp/a.csv'], "expected an address by http or https, found '/tmp/a.csv'"],
    ['another protocol', ['file:///tmp/a.csv'], 'expected an address by http or https'],
    ['two servers', ['http://a/1', 'http://b/1'], 'expected files of one server, found several'],
    ['one file twice', ['http://a/1?x', 'http://a/1?y'], "expected each file once, found two addresses of '1'"],
    ['a wrong escape', ['http://a/%E4.csv'], 'expected percent signs before two hexadecimal digits'],
    [
      'too many files',
      Array.from({ length: 100_001 }, () => 'http://a/1'),
      'expected at most 100000 files, found 100001',
    ],
    ['nothing', [], 'expected a list of URLs, or { base, files }'],
    ['a text', 'http://a/1', 'expected a list of URLs, or { base, files }'],
  ])('are refused with %s', (_, urls, problem) => {
    expect(() => createUrlStorage(urls as string[])).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(problem) as string }),
    );
  });

  it('are refused above their folder, and with options that mean nothing', () => {
    for (const path of ['../a', 'b/../../a', '/a', '']) {
      expect(() => createUrlStorage({ base: 'http://a/x', files: [path] })).toThrow(
        expect.objectContaining({ code: 'FILE_OUTSIDE_FOLDER' }),
      );
    }
    expect(() => createUrlStorage(['http://a/%2e%2e%2fb'])).toThrow(
      expect.objectContaining({ code: 'FILE_OUTSIDE_FOLDER' }),
    );
    expect(() => createUrlStorage(['http://a/1'], { requests: 0 })).toThrow('requests: expected a whole number from 1');
    expect(() => createUrlStorage(['http://a/1'], { retries: 3 } as UrlAccess)).toThrow(
      "unknown option 'retries'; did you mean tries?",
    );
  });

  it('are read by ranges of the version that was opened, with the headers that were given', async () => {
    const { files } = oneFile();
    const { file, server } = await openOne(files, undefined, { ...quick, headers: { authorization: 'Bearer x' } });
    file.readAhead?.();
    expect(await readAll(file)).toBe(true);
    await file.assertUnchanged();
    await file.close();
    expect(
      server.asked.map(({ range, headers }) => `${range} ${String(headers['if-range'])} ${headers.authorization}`),
    ).toEqual([
      'bytes=0-0 undefined Bearer x',
      'bytes=0-4194303 "one" Bearer x',
      'bytes=4194304-4999999 "one" Bearer x',
      'bytes=0-0 undefined Bearer x',
    ]);
  });

  it('are listed with size and version; one without bytes too', async () => {
    const files = new Map<string, WebFile>([
      ['a.csv', { bytes, modified: 'Tue, 14 Dec 2021 13:20:10 GMT' }],
      ['b.csv', { bytes: new Uint8Array(0) }],
    ]);
    const server = await serveFiles(files);
    const storage = createUrlStorage([`${server.url}a.csv`, `${server.url}b.csv`]);
    expect(await storage.list('')).toEqual([
      { path: 'a.csv', kind: 'file', size: 5_000_000, version: 'Tue, 14 Dec 2021 13:20:10 GMT' },
      { path: 'b.csv', kind: 'file', size: 0, version: '' },
    ]);
    const empty = await storage.open('b.csv');
    expect(await empty.read(new Uint8Array(3), 0)).toBe(0);
  });
});

describe('a file on a web server that changes', () => {
  it.each<[string, (file: WebFile, files: Map<string, WebFile>) => void]>([
    ['has another ETag', (file) => (file.etag = '"two"')],
    ['has another ETag and size', (file) => Object.assign(file, { etag: '"two"', bytes: bytes.subarray(1) })],
    ['has grown under one ETag', (file) => (file.bytes = Buffer.concat([bytes, bytes]))],
    ['has become shorter under one ETag', (file) => (file.bytes = bytes.subarray(0, 10))],
    ['is gone', (_, files) => files.delete('a.csv')],
  ])('is refused: it %s', async (_, change) => {
    const { file: stored, files } = oneFile();
    const { file } = await openOne(files);
    change(stored, files);
    await expect(file.read(new Uint8Array(100), 4_000_000)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    await expect(file.assertUnchanged()).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it('is refused by a server that tells so with 412', async () => {
    let changed = false;
    const { file } = await openOne(oneFile().files, (_, response) => changed && answered(response.writeHead(412)));
    changed = true;
    const refusal = { code: 'FILE_CHANGED', message: expect.stringContaining('(412)') as string };
    await expect(file.read(new Uint8Array(100), 0)).rejects.toMatchObject(refusal);
    await expect(file.assertUnchanged()).rejects.toMatchObject(refusal);
  });

  it('is refused by its date, where it has no ETag', async () => {
    const { file: stored, files } = oneFile({ etag: undefined, modified: 'Tue, 14 Dec 2021 13:20:10 GMT' });
    const { file } = await openOne(files);
    stored.modified = 'Tue, 14 Dec 2021 13:20:11 GMT';
    await expect(file.read(new Uint8Array(1), 0)).rejects.toThrow(
      'a.csv: the file changed while it was read: expected version Tue, 14 Dec 2021 13:20:10 GMT, found Tue, 14 Dec 2021 13:20:11 GMT',
    );
  });
});

describe('a web server that', () => {
  it('knows no ranges sends a file whole, once, if it is not too large', async () => {
    const { files } = oneFile();
    const whole: Answer = ({ method }, response) => {
      response
        .writeHead(200, { 'content-length': bytes.length, etag: '"one"' })
        .end(method === 'HEAD' ? undefined : bytes);
      return true;
    };
    const { file, server } = await openOne(files, whole, { timeout: 5000 });
    expect(await readAll(file)).toBe(true);
    expect(server.asked.map(({ range }) => range)).toEqual(['bytes=0-0', '']);
    const { file: large } = await openOne(files, whole, { ...quick, wholeBytes: 4_999_999 });
    await expect(large.read(new Uint8Array(1), 0)).rejects.toThrow(
      'expected a server that sends ranges of a file (206), found one that only sends all of it, 5000000 bytes; at most 4999999 are taken whole (wholeBytes)',
    );
  });

  it.each<[string, Answer]>([
    ['fails', (_, response, count) => count % 2 === 0 && answered(response.writeHead(503))],
    [
      'ends the answer early',
      (_, response, count) => {
        if (count % 2 === 1) return false;
        response.writeHead(206, { 'content-range': 'bytes 0-99/5000000', 'content-length': 100, etag: '"one"' });
        response.write(bytes.subarray(0, 50), () => response.destroy());
        return true;
      },
    ],
    ['never answers', (_, __, count) => count % 2 === 0],
    [
      'stops in the middle',
      (_, response, count) => {
        if (count % 2 === 1) return false;
        response.writeHead(206, { 'content-range': 'bytes 0-99/5000000', 'content-length': 100, etag: '"one"' });
        response.write(bytes.subarray(0, 50));
        return true;
      },
    ],
  ])('%s once is asked again', async (_, answer) => {
    const { file } = await openOne(oneFile().files, answer);
    const target = new Uint8Array(100);
    expect(await file.read(target, 0)).toBe(100);
    expect(target).toEqual(bytes.subarray(0, 100));
  });

  it.each<[string, Answer, string, string]>([
    [
      'always fails',
      (_, response) => answered(response.writeHead(500)),
      'READ_FAILED',
      'asked twice: 500 (Internal Server Error)',
    ],
    ['never answers', () => true, 'TIMED_OUT', 'the server sent nothing for 400 ms, 2 times'],
    [
      'forbids it',
      (_, response) => answered(response.writeHead(403)),
      'READ_FAILED',
      'the server answered 403 (Forbidden)',
    ],
    ['has no such file', (_, response) => answered(response.writeHead(404)), 'FILE_NOT_FOUND', 'there is no such file'],
    [
      'hangs up',
      (request) => request.socket.destroy().destroyed,
      'READ_FAILED',
      'the request failed 2 times: fetch failed',
    ],
    [
      'packs on the way',
      (_, response) => answered(response.writeHead(200, { 'content-encoding': 'gzip' }), gzipSync(bytes)),
      'READ_FAILED',
      'expected the file as it is, found it packed (Content-Encoding: gzip)',
    ],
    [
      'tells no size',
      (_, response) => answered(response.writeHead(200), bytes),
      'READ_FAILED',
      'found neither Content-Range nor Content-Length',
    ],
  ])('%s is told', async (_, answer, code, problem) => {
    await expect(openOne(oneFile().files, answer)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(problem.replace('twice', '2 times')) as string,
    });
  });

  it.each<[string, Record<string, string | number>, number, string]>([
    ['another range', { 'content-range': 'bytes 1-100/5000000' }, 100, 'expected bytes 0 to 100, found 1 to 101'],
    [
      'several ranges',
      { 'content-type': 'multipart/byteranges; boundary=x' },
      100,
      'expected one range, found several',
    ],
    ['more bytes', { 'content-range': 'bytes 0-99/5000000' }, 101, 'expected 100 bytes, found more'],
  ])('sends %s is refused', async (_, headers, length, problem) => {
    const answer: Answer = (__, response, count) =>
      count > 1 && answered(response.writeHead(206, { etag: '"one"', ...headers }), bytes.subarray(0, length));
    const { file } = await openOne(oneFile().files, answer);
    await expect(file.read(new Uint8Array(100), 0)).rejects.toMatchObject({
      code: 'READ_FAILED',
      message: expect.stringContaining(problem) as string,
    });
  });

  it('sends only all of a file, of another version than was opened, is refused', async () => {
    const { file: known, files } = oneFile();
    const { file } = await openOne(files, ({ headers }) => {
      headers.range = '';
      return false;
    });
    known.etag = '"two"';
    await expect(file.read(new Uint8Array(100), 0)).rejects.toMatchObject({
      code: 'FILE_CHANGED',
      message: expect.stringContaining('expected version "one", found "two"') as string,
    });
  });

  it('hides Content-Range from a page is asked for the length', async () => {
    const hide: Answer = ({ headers, method }, response) => {
      if (method === 'HEAD') return false;
      const [, from = '0', to = '0'] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
      response.writeHead(206, { etag: '"one"' }).end(bytes.subarray(Number(from), Number(to) + 1));
      return true;
    };
    const { file, server } = await openOne(oneFile().files, hide, { timeout: 5000 });
    expect(await readAll(file)).toBe(true);
    expect(server.asked.map(({ method }) => method).slice(0, 3)).toEqual(['GET', 'HEAD', 'GET']);
  });
});

describe('the signal', () => {
  it('ends a request that waits, and those that wait for their turn', async () => {
    const server = await serveFiles(oneFile().files, () => true);
    const stop = new AbortController();
    const storage = createUrlStorage([`${server.url}a.csv`, `${server.url}b.csv`], { requests: 1, timeout: 60_000 });
    const listing = storage.withSignal?.(stop.signal).list('');
    const gone = new Error('enough');
    setTimeout(() => stop.abort(gone), 30);
    await expect(listing).rejects.toBe(gone);
    expect(server.asked.length).toBe(1);
  });

  it('ends a request that waits for its turn at once, whoever has the turn', async () => {
    const { file, files } = oneFile();
    const server = await serveFiles(files, ({ url }) => url === '/hangs');
    const requests = new UrlRequests({ requests: 1, timeout: 60_000, tries: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const ask = (path: string, { signal }: AbortController): Promise<number> =>
      requests.ask(
        { path, url: server.url + path },
        signal,
        async (response) => (await response.arrayBuffer()).byteLength,
      );
    const hanging = ask('hangs', first).catch((error: unknown) => error);
    const waiting = ask('a.csv', second).catch((error: unknown) => error);
    setTimeout(() => second.abort('enough'), 30);
    setTimeout(() => first.abort('late'), 1000);
    expect(await Promise.race([hanging, waiting])).toBe('enough');
    first.abort('ended');
    expect([await hanging, await ask('a.csv', new AbortController())]).toEqual(['ended', file.bytes.length]);
    expect(server.asked.map(({ path }) => path)).toEqual(['/hangs', '/a.csv']);
  });

  it('or a file that is closed ends reading', async () => {
    let isHanging = false;
    const { file } = await openOne(oneFile().files, () => isHanging, { timeout: 60_000 });
    isHanging = true;
    const reading = file.read(new Uint8Array(10), 0);
    file.cancel?.();
    await expect(reading).rejects.toThrow('a.csv: the file is closed');
    await expect(file.read(new Uint8Array(10), 0)).rejects.toThrow('a.csv: the file is closed');
  });
});
