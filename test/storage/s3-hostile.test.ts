import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Agent } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { createMemoryStorage, openExport, repairExport, summarize, verifyExport } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { createS3Storage, useS3Client, type S3Access } from '#src/storage/s3/index.js';
import { connect } from '#src/storage/s3/s3-client.js';
import type { Storage } from '#src/storage/storage.js';
import { withSignal } from '#src/storage/with-signal.js';
import { run } from '../cli/run.ts';
import { failure, failureOf } from '../support/failure.ts';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { startFakeS3, type FakeS3, type Trouble } from '../support/fake-s3.ts';
import { hostility } from '../support/hostile-s3.ts';

/** Short limits for what never comes, and no second try; long enough for what does come on a busy machine. */
const short: Pick<S3Access, 'timeouts'> = { timeouts: { firstByte: 1000, idle: 1000, tries: 1 } };
const text = new TextEncoder().encode('item_id\n'.repeat(2000));
const etag = '"whatever"';

async function server(trouble?: (s3: FakeS3) => Trouble, access: Pick<S3Access, 'timeouts' | 'limits'> = {}) {
  const s3 = await startFakeS3();
  s3.objects.set('export/a.csv', text);
  const storage = fakeStorage(s3, 's3://bucket/export', access);
  const hostile = trouble?.(s3);
  return { s3, storage, act: () => void (s3.trouble = hostile) };
}

/** Credentials and endpoint where the SDK looks for them, on any thread. */
function stubEnvironment({ endpoint }: FakeS3): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
}

async function readAll(storage: Storage): Promise<Uint8Array> {
  const file = await storage.open('a.csv');
  const target = new Uint8Array(file.size);
  await file.read(target, 0);
  return target;
}

describe('a server that does not answer', () => {
  it('times out for each kind of request, naming it and what was expected', async () => {
    const { s3, storage, act } = await server(hostility.silent, short);
    const written = await storage.create('b.csv');
    await written.write(text);
    const large = await storage.create('c.csv');
    const file = await storage.open('a.csv');
    act();
    const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['ListObjectsV2', () => storage.list('')],
      ['HeadObject', () => storage.open('a.csv')],
      ['HeadObject', () => storage.create('a.csv')],
      ['HeadObject', () => storage.remove('a.csv')],
      ['GetObject', () => file.read(new Uint8Array(10), 0)],
      ['PutObject', () => written.prepare()],
      ['CreateMultipartUpload', () => large.write(new Uint8Array(9_000_000))],
    ];
    const failures = await Promise.all(calls.map(async ([, call]) => failureOf(call)));
    for (const [index, [code, message]] of failures.entries()) {
      expect(code).toBe('TIMED_OUT');
      expect(message).toContain(`${calls[index]?.[0]} of s3://bucket/export`);
      expect(message).toMatch(/expected a response within [\d.]+ s, found none/);
      expect(message).toContain(s3.endpoint);
    }
  });

  it('gets a read request as often as configured, and a write request once', async () => {
    const { s3, storage, act } = await server(hostility.silent, { timeouts: { firstByte: 400, tries: 3 } });
    const writer = await storage.create('b.csv');
    await writer.write(text);
    act();
    s3.requests.length = 0;
    expect((await failureOf(() => storage.list('')))[1]).toMatch(/within 0\.4 s, found none, sent 3 times$/);
    expect(s3.requests).toHaveLength(3);
    s3.requests.length = 0;
    await failureOf(() => writer.finish());
    expect(s3.requests).toEqual(['PUT export/b.csv']);
  });

  it('is distinguished from one that stalls or drips, for objects and listings', async () => {
    const read = async (mode: (s3: FakeS3) => Trouble): Promise<readonly string[]> => {
      const { storage, act } = await server(mode, short);
      act();
      return failureOf(() => (mode === hostility.dripList ? storage.list('') : readAll(storage)));
    };
    const [stalled, dripped, listed] = await Promise.all(
      [hostility.stall, hostility.drip, hostility.dripList].map(read),
    );
    const expected = /^a\.csv: GetObject of .*: expected 1024 more bytes of the response within 1 s, found /;
    expect(stalled).toEqual(['TIMED_OUT', expect.stringMatching(expected)]);
    expect(dripped).toEqual(['TIMED_OUT', expect.stringMatching(expected)]);
    expect(listed).toEqual(['TIMED_OUT', expect.stringMatching(/^ListObjectsV2 .* found \d+$/)]);
  });

  it('times out while connecting, too', async () => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const { client } = await connect({ endpoint: 'http://127.0.0.1:1', region: 'x', timeouts: { connect: 1234 } });
    const ended = client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }), { abortSignal: AbortSignal.abort() });
    await ended.catch(() => undefined);
    const handler = client.config.requestHandler as unknown as { readonly configProvider: Promise<object> };
    expect(await handler.configProvider).toMatchObject({ connectionTimeout: 1234 });
    const never = new Agent();
    Object.assign(never, { createConnection: () => Object.assign(new Socket(), { connecting: true }) });
    const own = new S3Client({
      endpoint: 'http://127.0.0.1:1',
      region: 'x',
      credentials,
      maxAttempts: 1,
      requestHandler: { httpAgent: never, connectionTimeout: 50 },
    });
    const storage = await useS3Client('s3://bucket/export', own);
    expect((await failureOf(() => storage.list('')))[0]).toBe('TIMED_OUT');
    const patient = await useS3Client(
      's3://bucket/export',
      new S3Client({ endpoint: 'http://127.0.0.1:1', region: 'x', credentials, requestHandler: { httpAgent: never } }),
      short,
    );
    expect(await failureOf(() => patient.list(''))).toEqual([
      'TIMED_OUT',
      expect.stringContaining('expected a response within 1 s'),
    ]);
  });

  it('ends every waiting call when the signal fires, with its reason', async () => {
    const slow = { timeouts: { firstByte: 600_000, idle: 600_000 } };
    const { s3, storage, act } = await server(hostility.silent, slow);
    const stop = new AbortController();
    const abortable = withSignal(storage, stop.signal);
    const writer = await abortable.create('b.csv');
    await writer.write(text);
    const large = await abortable.create('c.csv');
    const file = await abortable.open('a.csv');
    act();
    s3.requests.length = 0;
    const waiting = [
      abortable.list(''),
      abortable.open('a.csv'),
      abortable.create('d.csv'),
      file.read(new Uint8Array(10), 0),
      file.assertUnchanged(),
      writer.finish(),
      large.write(new Uint8Array(9_000_000)),
    ].map((call) =>
      call.then(
        () => 'done',
        (error: unknown) => error,
      ),
    );
    await vi.waitUntil(() => s3.requests.length === waiting.length);
    const reason = new Error('enough');
    stop.abort(reason);
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => reason));
    await expect(abortable.list('')).rejects.toBe(reason);
    // what was given without the signal goes on
    s3.trouble = undefined;
    expect(await storage.list('')).toHaveLength(1);
  });

  it('gets one short time to clean up and finish after the signal', async () => {
    const slow = { timeouts: { firstByte: 600_000, idle: 600_000 } };
    const { s3, storage, act } = await server(() => hostility.mute('DELETE'), slow);
    const stop = new AbortController();
    const abortable = withSignal(storage, stop.signal);
    const prepared = [];
    for (const name of ['b.csv', 'c.csv', 'd.csv']) {
      const writer = await abortable.create(name);
      await writer.write(text);
      prepared.push(await writer.prepare());
    }
    act();
    stop.abort(new Error('enough'));
    s3.requests.length = 0;
    for (const file of prepared) await abortable.discard(file);
    expect(s3.requests.filter((request) => request.startsWith('DELETE'))).toHaveLength(1);
    s3.trouble = undefined;
    const [first] = prepared;
    if (first !== undefined) expect((await failureOf(() => abortable.publish(first)))[0]).toBe('TIMED_OUT');
  });

  it('does not prevent an export from being aborted', async () => {
    const s3 = await startFakeS3();
    const storage = fakeStorage(s3, 's3://bucket/bike');
    await generateExport(storage, { items: 3 });
    const opened = await openExport(storage);
    for (const method of ['GET', 'HEAD']) {
      const stop = new AbortController();
      s3.trouble = (request) => {
        if (request.method === method) setImmediate(() => stop.abort(new Error('enough')));
        return request.method === method;
      };
      await expect(openExport(storage, { signal: stop.signal })).rejects.toThrow('enough');
      s3.trouble = undefined;
      if (method === 'HEAD') continue; // what was listed is read without one
      const later = new AbortController();
      s3.trouble = (request) => {
        if (request.method === method) setImmediate(() => later.abort(new Error('later')));
        return request.method === method;
      };
      await expect(summarize(opened, { threads: 1, signal: later.signal })).rejects.toThrow('later');
      s3.trouble = undefined;
    }
  });
});

describe('a part that does not come in time', () => {
  const hour = { unit: 'hour', count: 1, text: 'H' } as const;
  it.each<readonly [string, (storage: Storage) => Promise<unknown>]>([
    ['verify', (storage) => verifyExport(storage, { threads: 1 })],
    ['summarize', (storage) => summarize(storage, { threads: 1, onBadPart: 'skip', frequency: hour })],
    ['the frequency sample', (storage) => summarize(storage, { threads: 1, onBadPart: 'skip' })],
    ['repair', (storage) => repairExport(storage, createMemoryStorage(), { onBadPart: 'skip' })],
  ])('is no damaged part to be left out: %s', async (what, work) => {
    const s3 = await startFakeS3();
    await generateExport(fakeStorage(s3, 's3://bucket/bike'), { items: 3, parts: 3 });
    const storage = fakeStorage(s3, 's3://bucket/bike', { timeouts: { firstByte: 300, tries: 1 } });
    for (const part of what === 'the frequency sample' ? ['part0'] : ['part0', 'part1', 'part2']) {
      s3.trouble = (request, key) =>
        request.method === 'GET' && key.includes(`Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_${part}`);
      expect((await failureOf(() => work(storage)))[0]).toBe('TIMED_OUT');
    }
  });
});

describe('a command over a server that does not answer', () => {
  const folder = 's3://bucket/bike';
  it.each([
    ['inspect', folder],
    ['summarize', folder],
    ['head', folder],
    ['verify', folder],
    ['compare', folder, 's3://bucket/boat'],
    ['convert', folder, 's3://bucket/new', '--to', 'parquet'],
    ['repair', folder, 's3://bucket/new'],
    ['generate', 's3://bucket/new'],
  ])(
    '%s ends with the first Ctrl-C, before the first answer and in the middle',
    async (...argv) => {
      const s3 = await startFakeS3();
      await generateExport(fakeStorage(s3, folder), { items: 2 });
      await generateExport(fakeStorage(s3, 's3://bucket/boat'), { items: 2 });
      stubEnvironment(s3);
      // once mute, the server stays mute, also for the cleanup
      for (const answered of [0, 1, 4, 9]) {
        const stop = new AbortController();
        let left = answered;
        s3.trouble = () => {
          if (left-- > 0) return false;
          setImmediate(() => stop.abort());
          return true;
        };
        const { code, stderr } = await run([...argv, ...(argv[0] === 'generate' ? ['--items', '2', '--add'] : [])], {
          signal: stop.signal,
        });
        expect([answered, code, stderr]).toEqual([answered, 130, '']);
      }
      vi.unstubAllEnvs();
    },
    20_000,
  );

  it('ends within seconds of the first Ctrl-C during publishing, and the next run repairs the export', async () => {
    const s3 = await startFakeS3();
    await generateExport(fakeStorage(s3, folder), { items: 2 });
    stubEnvironment(s3);
    const argv = ['convert', folder, 's3://bucket/new', '--to', 'parquet', '--overwrite'];
    expect((await run(argv, {})).code).toBe(0);
    const whole = await run(['summarize', 's3://bucket/new', '--json'], {});
    // mute from the journal's first or second writing on: neither is a copy, which S3 may take longer for
    for (const writing of [1, 2]) {
      const stop = new AbortController();
      let written = 0;
      s3.trouble = (request, key) => {
        if (request.method === 'PUT' && key.endsWith('.backtest-export-swap.jsonl')) written++;
        if (written < writing) return false;
        setImmediate(() => stop.abort());
        return true;
      };
      const { code } = await run(argv, { signal: stop.signal });
      s3.trouble = () => false;
      expect([writing, code]).toEqual([writing, 130]);
      const { code: after, stdout } = await run(['summarize', 's3://bucket/new', '--json'], {});
      expect([writing, after, JSON.parse(stdout).windows]).toEqual([writing, 0, JSON.parse(whole.stdout).windows]);
      expect((await run(argv, {})).code).toBe(0);
    }
    vi.unstubAllEnvs();
  }, 60_000);
});

describe('a listing of S3', () => {
  it.each([
    ['a token that was given before', hostility.listLoop(), {}, 'found a repeated continuation token'],
    ['pages without names', hostility.listEndless(() => []), {}, 'found 100 pages in a row without a new name'],
    [
      'the same names again',
      hostility.listEndless(() => ['export/a']),
      {},
      'found 100 pages in a row without a new name',
    ],
    [
      'new names for ever',
      hostility.listEndless((page) => [`export/${page}`]),
      { entries: 50 },
      'expected at most 50 objects in a folder in a listing, found more',
    ],
    [
      'pages for ever',
      hostility.listEndless((page) => [`export/${page}`]),
      { pages: 20 },
      'expected at most 20 pages in a listing, found more',
    ],
    [
      'too many names',
      hostility.listEndless(() => Array.from({ length: 1001 }, (_, name) => `export/${name}`)),
      {},
      'expected at most 1000 keys in a page of a listing, found 1001',
    ],
    ['a page without an end', hostility.hugePage(), {}, 'expected a response of at most 67108864 bytes, found more'],
  ] as const)('with %s is refused', async (_, trouble, limits, found) => {
    const { storage, act } = await server(() => trouble, { limits });
    act();
    const [code, message] = await failureOf(() => storage.list(''));
    expect([code, message]).toEqual(['READ_FAILED', expect.stringContaining(found)]);
    expect(message).toContain('s3://bucket/export');
  });
});

describe('what S3 reports and what it returns', () => {
  it.each([
    ['otherEtag', 'FILE_CHANGED', 'expected ETag '],
    ['otherTotal', 'FILE_CHANGED', 'expected 16000 bytes, found 160000'],
    ['otherRange', 'READ_FAILED', 'expected bytes 10-19/16000, found bytes 0-19/16000'],
    ['noRange', 'READ_FAILED', 'expected bytes 10-19/16000, found the whole object (HTTP 200, 16000 bytes)'],
    ['tooLong', 'READ_FAILED', 'expected 10 bytes, found more'],
    ['empty', 'READ_FAILED', 'the body ended after 0 of 10 bytes'],
  ] as const)('are compared: %s', async (mode, code, found) => {
    const { storage, act } = await server(hostility[mode]);
    const file = await storage.open('a.csv');
    act();
    const [thrown, message] = await failureOf(() => file.read(new Uint8Array(10), 10));
    expect([thrown, message]).toEqual([code, expect.stringContaining(found)]);
  });

  it('may be the whole object if that was requested', async () => {
    const { storage, act } = await server(hostility.noRange);
    act();
    expect((await readAll(storage)).length).toBe(text.length);
  });

  it('must have a length and an ETag', async () => {
    const { storage, act } = await server(() => hostility.headLength(undefined, etag));
    act();
    expect(await failureOf(() => storage.open('a.csv'))).toEqual([
      'READ_FAILED',
      'a.csv: expected the length and the ETag of the object, found length none and ETag "whatever": s3://bucket/export/a.csv',
    ]);
  });

  it('are compared between listing and object: a size that is one row short loses no row', async () => {
    const s3 = await startFakeS3();
    const storage = fakeStorage(s3, 's3://bucket/bike');
    await generateExport(storage, { items: 3 });
    const [entry] = await storage.list('forecasted-values');
    const size = entry?.size ?? 0;
    const summarizeNow = async (): Promise<unknown> =>
      summarize(await openExport(storage), { threads: 1, frequency: { unit: 'hour', count: 1, text: 'H' } });
    const right = await summarizeNow();
    // a HEAD is not asked for, so that it cannot be believed
    s3.trouble = hostility.headLength(size - 150, entry?.version ?? '');
    expect(await summarizeNow()).toEqual(right);
    s3.trouble = undefined;
    const short = await storage.open(entry?.path ?? '', { size: size - 150, version: entry?.version ?? '' });
    expect(await failureOf(() => short.read(new Uint8Array(size), 0))).toEqual([
      'FILE_CHANGED',
      expect.stringContaining(`expected ${size - 150} bytes, found ${size}`),
    ]);
    await short.close();
  });

  it.each([
    [
      'copyLie',
      /S3 does not have what was written: expected 16000 bytes, found no object: s3:\/\/bucket\/export\/b\.csv$/,
    ],
    ['copyHalf', /S3 does not have what was written: expected 16000 bytes, found 8000: s3:\/\/bucket\/export\/b\.csv$/],
  ] as const)('a copy is looked at before its source goes: %s', async (mode, message) => {
    const { s3, storage, act } = await server(hostility[mode]);
    const writer = await storage.create('b.csv');
    await writer.write(text);
    const prepared = await writer.prepare();
    act();
    expect(await failureOf(() => storage.publish(prepared))).toEqual(['WRITE_FAILED', expect.stringMatching(message)]);
    expect(s3.objects.get(`export/${prepared.temporary}`)).toEqual(text);
    s3.trouble = undefined;
    await storage.publish({ ...prepared, overwrite: true });
    expect(s3.objects.get('export/b.csv')).toEqual(text);
  });

  it('distinguishes a copy from an older object of the same length by its ETag', async () => {
    const { s3, storage, act } = await server(hostility.copyLie);
    s3.objects.set('export/b.csv', new Uint8Array(text.length));
    const writer = await storage.create('b.csv', { overwrite: true });
    await writer.write(text);
    const prepared = await writer.prepare();
    act();
    const [code, message] = await failureOf(() => storage.publish(prepared));
    expect([code, message]).toEqual([
      'WRITE_FAILED',
      expect.stringContaining('expected ETag "told", which S3 reported'),
    ]);
  });

  it('checks an upload and removes it if bytes are missing', async () => {
    const { s3, storage, act } = await server(hostility.putHalf);
    act();
    const writer = await storage.create('b.csv');
    await writer.write(text);
    const [code, message] = await failureOf(() => writer.finish());
    expect([code, message]).toEqual(['WRITE_FAILED', expect.stringContaining('expected 16000 bytes, found 3')]);
    const other = await storage.create('c.csv');
    await other.write(text);
    expect((await failureOf(() => other.prepare()))[0]).toBe('WRITE_FAILED');
    expect([...s3.objects.keys()].filter((key) => key.includes('.tmp'))).toEqual([]);
  });

  it('keeps what was published if a temporary object cannot be removed', async () => {
    const { s3, storage, act } = await server(() => hostility.refuse('DELETE', 403, 'AccessDenied'));
    const writer = await storage.create('b.csv');
    await writer.write(text);
    const prepared = await writer.prepare();
    act();
    expect(await failureOf(() => storage.publish(prepared))).toEqual([
      'WRITE_FAILED',
      `${prepared.temporary}: the object cannot be removed: s3://bucket/export/${prepared.temporary}: AccessDenied: no (HTTP 403)`,
    ]);
    expect(s3.objects.get('export/b.csv')).toEqual(text);
  });

  it.each([
    [403, 'S3 gives no reason; it may be access denied, or a missing object without permission to list (HTTP 403)'],
    [400, 'S3 gives no reason; it may be expired credentials, or another region (HTTP 400)'],
  ])('explains HEAD %i, which has no body, by what it may mean', async (status, reason) => {
    const { storage, act } = await server(() => hostility.refuse('HEAD', status, ''));
    act();
    expect(await failureOf(() => storage.open('a.csv'))).toEqual([
      'READ_FAILED',
      `a.csv: the object cannot be examined: s3://bucket/export/a.csv: ${reason}`,
    ]);
  });
});

describe('limits of S3', () => {
  it('are checked when the storage is created', () => {
    const wrong: [object, string][] = [
      [{ timeouts: { idle: 0 } }, 'S3 timeouts.idle: expected a whole number from 1, found 0'],
      [{ timeouts: { tries: 1.5 } }, 'S3 timeouts.tries: expected a whole number from 1, found 1.5'],
      [{ limits: { entries: -1 } }, 'S3 limits.entries: expected a whole number from 1, found -1'],
      [{ timeouts: { idel: 5 } }, "S3 timeouts: unknown option 'idel'; did you mean idle?"],
      [{ timeouts: null }, 'S3 timeouts: expected an object of options, found null'],
    ];
    for (const [access, problem] of wrong) {
      expect(failure(() => createS3Storage('s3://bucket/x', access as S3Access))).toEqual(['OPTION_INVALID', problem]);
    }
  });
});
