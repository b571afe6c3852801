import { describe, expect, it, vi } from 'vitest';
import { convertExport, createMemoryStorage, openExport, summarize } from '#src/index.js';
import { createS3Storage, useS3Client } from '#src/storage/s3/index.js';
import { loadS3 } from '#src/storage/s3/s3-client.js';
import { S3Client } from '@aws-sdk/client-s3';
import { generateExport } from '#src/testing/index.js';
import { run } from '../cli/run.ts';
import { failure, failureOf } from '../support/failure.ts';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts';
import { storageFiles } from '../support/folder-files.ts';
import { useWorkers } from '../support/use-workers.ts';

useWorkers();

const big = new Uint8Array(20_000_000).map((_, index) => (index * 7919) >> 3);

async function withObject(bytes: Uint8Array = big): Promise<FakeS3> {
  const s3 = await startFakeS3();
  s3.objects.set('export/a.csv', bytes);
  return s3;
}

/** Credentials and endpoint where the SDK looks for them, on any thread. */
function stubEnvironment({ endpoint }: FakeS3): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
}

describe('reading from S3', () => {
  it('requests ranges of the opened ETag, in advance after readAhead', async () => {
    const s3 = await withObject();
    const file = await fakeStorage(s3, 's3://bucket/export').open('a.csv');
    const target = new Uint8Array(1000);
    expect(await file.read(target, 5_000_000)).toBe(1000);
    expect(target).toEqual(big.subarray(5_000_000, 5_001_000));
    expect(s3.requests).toEqual(['HEAD export/a.csv', 'GET export/a.csv bytes=5000000-5000999']);
    file.readAhead?.();
    const whole = new Uint8Array(big.length);
    for (let at = 0; at < big.length; at += 700_000) await file.read(whole.subarray(at, at + 700_000), at);
    expect(Buffer.compare(whole, big)).toBe(0);
    expect(s3.requests.slice(2)).toEqual(
      [0, 1, 2, 3, 4].map((block) => {
        const last = Math.min(big.length, (block + 1) * 4_194_304) - 1;
        return `GET export/a.csv bytes=${block * 4_194_304}-${last}`;
      }),
    );
    await file.close();
    expect((await failureOf(() => file.read(target, 0)))[0]).toBe('READ_FAILED');
  });

  it('refuses an object that was replaced meanwhile', async () => {
    const s3 = await withObject();
    const file = await fakeStorage(s3, 's3://bucket/export').open('a.csv');
    await file.assertUnchanged();
    s3.objects.set('export/a.csv', big.slice(1));
    expect(await failureOf(() => file.read(new Uint8Array(10), 0))).toEqual([
      'FILE_CHANGED',
      'a.csv: the file changed while it was read: its ETag differs',
    ]);
    expect((await failureOf(() => file.assertUnchanged()))[0]).toBe('FILE_CHANGED');
  });

  it('resumes a body that ended early, and gives up after several attempts', async () => {
    const s3 = await withObject();
    const file = await fakeStorage(s3, 's3://bucket/export').open('a.csv');
    const etag = file.version;
    let cuts = 2;
    s3.trouble = (request, key, response) => {
      const [, from = '', to = ''] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
      if (from === '' || cuts-- <= 0) return false;
      const head = { etag, 'content-range': `bytes ${from}-${to}/${big.length}`, 'content-length': '1000' };
      response.writeHead(206, head);
      response.write(s3.objects.get(key)?.subarray(Number(from), Number(from) + 300), () => response.destroy());
      return true;
    };
    const target = new Uint8Array(1000);
    expect(await file.read(target, 100)).toBe(1000);
    expect(target).toEqual(big.subarray(100, 1100));
    expect(s3.requests.slice(1)).toEqual(['100', '400', '700'].map((from) => `GET export/a.csv bytes=${from}-1099`));
    cuts = 100;
    const [code, message] = await failureOf(() => file.read(new Uint8Array(10_000), 0));
    expect([code, message]).toEqual([
      'READ_FAILED',
      expect.stringMatching(/^a\.csv: reading 10000 bytes at byte 0 failed: s3:\/\/bucket\/export\/a\.csv: /),
    ]);
  });

  it('retries when S3 is busy, and reports what is forbidden', async () => {
    const s3 = await withObject();
    let busy = 2;
    s3.trouble = (_, __, response) => {
      if (busy-- <= 0) return false;
      response.writeHead(503, { 'content-type': 'application/xml' });
      response.end('<Error><Code>SlowDown</Code></Error>');
      return true;
    };
    const storage = fakeStorage(s3, 's3://bucket/export');
    expect((await storage.list('')).map(({ path, size }) => [path, size])).toEqual([['a.csv', big.length]]);
    s3.trouble = (_, __, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
      return true;
    };
    expect(await failureOf(() => storage.list(''))).toEqual([
      'READ_FAILED',
      'the folder cannot be listed: s3://bucket/export: AccessDenied: Access Denied (HTTP 403)',
    ]);
    expect((await failureOf(() => storage.create('b.csv')))[0]).toBe('READ_FAILED');
  });

  it('that is aborted ends at once, whatever it is waiting for', async () => {
    const s3 = await startFakeS3();
    const storage = fakeStorage(s3, 's3://bucket/bike');
    await generateExport(storage, { items: 20 });
    const source = await openExport(storage);
    let asked = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (asked = resolve));
    s3.trouble = (request) => {
      if (request.method === 'GET') asked();
      return request.method === 'GET'; // and never an answer
    };
    const stop = new AbortController();
    const summary = summarize(source, {
      threads: 1,
      frequency: { unit: 'hour', count: 1, text: 'H' },
      signal: stop.signal,
    });
    await waiting;
    stop.abort(new Error('enough'));
    await expect(summary).rejects.toThrow('enough');
  });

  it('of Parquet fetches only the footer and the requested columns', async () => {
    const s3 = await startFakeS3();
    const csv = createMemoryStorage();
    await generateExport(csv, { items: 200 });
    const storage = fakeStorage(s3, 's3://bucket/bike');
    await convertExport(csv, storage, { format: 'PARQUET', compression: 'uncompressed' });
    const { forecastedValues } = await openExport(storage);
    s3.requests.length = 0;
    for await (const batch of forecastedValues.columnBatches({ columns: ['mean'] })) expect(batch.columns.size).toBe(1);
    const bytes = s3.requests.map((request) => {
      const [, from = 0, to = -1] = (/bytes=(\d+)-(\d+)/.exec(request) ?? []).map(Number);
      return to - from + 1;
    });
    const rows = 200 * 24;
    const column = bytes.filter((count) => count > rows * 8);
    expect(column).toHaveLength(1);
    expect(column[0]).toBeLessThan(rows * 8 + 100);
    expect(bytes.reduce((sum, count) => sum + count, 0)).toBeLessThan(rows * 8 + 8000);
  });
});

describe('writing to S3', () => {
  it('uploads in parts under a temporary key and then names the whole', async () => {
    const s3 = await startFakeS3();
    const storage = fakeStorage(s3, 's3://bucket/export');
    const writer = await storage.create('b/big.csv');
    for (let at = 0; at < big.length; at += 3_000_000) await writer.write(big.subarray(at, at + 3_000_000));
    expect([s3.uploads.size, s3.objects.size]).toEqual([1, 0]);
    await writer.finish();
    expect([s3.uploads.size, [...s3.objects.keys()]]).toEqual([0, ['export/b/big.csv']]);
    expect(Buffer.compare(s3.objects.get('export/b/big.csv') ?? new Uint8Array(), big)).toBe(0);
  });

  it('aborts an upload that fails or is cancelled, and leaves nothing', async () => {
    const s3 = await startFakeS3();
    const storage = fakeStorage(s3, 's3://bucket/export');
    const given = await storage.create('a.csv');
    await given.write(big);
    expect(s3.uploads.size).toBe(1);
    await given.abort();
    expect(s3.uploads.size).toBe(0);
    s3.trouble = (request, _, response) => {
      if (!(request.url ?? '').includes('partNumber=2')) return false;
      response.writeHead(400, { 'content-type': 'application/xml' });
      response.end('<Error><Code>InvalidPart</Code><Message>no</Message></Error>');
      return true;
    };
    const failing = await storage.create('b.csv');
    await failing.write(big);
    await failing.write(big);
    // the part is sent beside other work, and what became of it is told by the next call
    expect(await failureOf(() => failing.prepare())).toEqual([
      'WRITE_FAILED',
      expect.stringMatching(
        /^b\.csv: finishing the object failed: s3:\/\/bucket\/export\/\.backtest-export-.*\.tmp: InvalidPart: no \(HTTP 400\)$/,
      ),
    ]);
    expect([s3.uploads.size, s3.objects.size]).toEqual([0, 0]);
  });

  it('encrypts with the given key', async () => {
    const s3 = await startFakeS3();
    stubEnvironment(s3);
    const keys: unknown[] = [];
    s3.trouble = (request) => {
      if (request.method === 'PUT') keys.push(request.headers['x-amz-server-side-encryption-aws-kms-key-id']);
      return false;
    };
    const storage = createS3Storage('s3://bucket/export', { endpoint: s3.endpoint, kmsKeyArn: 'arn:aws:kms:x' });
    const writer = await storage.create('a.csv');
    await storage.publish(await writer.prepare());
    expect(keys).toEqual(['arn:aws:kms:x', 'arn:aws:kms:x']);
    vi.unstubAllEnvs();
  });
});

describe('an export in S3', () => {
  it('is read, converted and summarized like a folder, on several threads', async () => {
    const s3 = await startFakeS3();
    stubEnvironment(s3);
    const local = createMemoryStorage();
    await generateExport(local, { items: 30, parts: 3 });
    const made = await convertExport(local, 's3://bucket/a/bike', { format: 'PARQUET' });
    const back = await convertExport('s3://bucket/a/bike', 's3://bucket/b', { format: 'CSV', threads: 2 });
    expect(back.tables['forecasted-values']?.checksum).toBe(made.tables['forecasted-values']?.checksum);
    const copied = await storageFiles(createS3Storage('s3://bucket/b'));
    expect([...copied]).toEqual([...(await storageFiles(local))]);
    const [one, two] = [await openExport(local), await openExport('s3://bucket/a/bike/')];
    expect((await summarize(two, { threads: 2 })).summary).toEqual((await summarize(one)).summary);
    const part = two.forecastedValues.parts[0]?.path ?? '';
    expect((await openExport(`s3://bucket/a/bike/${part}`)).layout).toBe('single-file');
    const printed = await run(['summarize', 's3://bucket/b', '--json']);
    expect([printed.code, JSON.parse(printed.stdout)]).toMatchObject([0, { export: { location: 's3://bucket/b' } }]);
    expect((await failureOf(() => convertExport('s3://bucket/b', 's3://bucket/b/c', { format: 'CSV' })))[0]).toBe(
      'DESTINATION_INVALID',
    );
    expect((await failureOf(() => openExport('s3://bucket/none')))[0]).toBe('EXPORT_NOT_FOUND');
    vi.unstubAllEnvs();
  });

  it('is reached through your own client', async () => {
    const s3 = await withObject();
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const client = new S3Client({ endpoint: s3.endpoint, region: 'x', forcePathStyle: true, credentials });
    const storage = await useS3Client('s3://bucket/export', client);
    expect([storage.transfer, (await storage.list(''))[0]?.path]).toEqual([undefined, 'a.csv']);
  });

  it('needs the SDK and a valid address', async () => {
    const found = await loadS3();
    expect(found.S3Client).toBe(S3Client);
    for (const location of ['s3://', 's3://B/x', 's3://ab/x', 's3://bucket//', 's3://bucket/../b', 's3://a..b/c']) {
      expect(failure(() => createS3Storage(location))[0]).toBe('OPTION_INVALID');
    }
  });
});
