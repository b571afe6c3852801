import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ListMultipartUploadsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDoor } from '#src/emulator/door/http-door.js';
import { compareExports, convertExport, createMemoryStorage, openExport, summarize, verifyExport } from '#src/index.js';
import { createExportJobService } from '#src/job/index.js';
import { createS3Storage, useS3Client } from '#src/storage/s3/index.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { talkToPython } from './python.ts';
import { servers } from './servers.ts';
import { hasVersitygw, startVersitygw } from './versitygw.ts';

const big = new Uint8Array(21_000_000).map((_, index) => (index * 7919) >> 3);

async function uploadsOf(client: S3Client): Promise<number> {
  return ((await client.send(new ListMultipartUploadsCommand({ Bucket: 'exports' }))).Uploads ?? []).length;
}

describe.each(servers)('$name', ({ start, missing }) => {
  it.skipIf(missing)('lists beyond 1,000 keys, and keeps folders apart', async () => {
    const { client } = await start();
    const Body = new Uint8Array(1);
    for (let index = 0; index < 1100; index++) {
      await client.send(
        new PutObjectCommand({ Bucket: 'exports', Key: `many/${String(index).padStart(4, '0')}.csv`, Body }),
      );
    }
    await client.send(new PutObjectCommand({ Bucket: 'exports', Key: 'many/below/x.csv', Body }));
    const entries = await createS3Storage('s3://exports/many').list('');
    expect([entries.length, entries[0]?.path, entries.at(-1)]).toMatchObject([
      1101,
      '0000.csv',
      { path: 'below', kind: 'folder' },
    ]);
  });

  it.skipIf(missing)('takes parts, gives ranges, and keeps nothing of what was given up', async () => {
    const { client } = await start();
    const storage = createS3Storage('s3://exports/some/place');
    const writer = await storage.create('big.bin');
    for (let at = 0; at < big.length; at += 1_000_000) await writer.write(big.subarray(at, at + 1_000_000));
    await writer.finish();
    expect((await storage.list('')).map(({ path, size }) => [path, size])).toEqual([['big.bin', big.length]]);
    const file = await storage.open('big.bin');
    const piece = new Uint8Array(100);
    await file.read(piece, 12_345_678);
    expect(piece).toEqual(big.subarray(12_345_678, 12_345_778));
    file.readAhead?.();
    const whole = new Uint8Array(big.length);
    for (let at = 0; at < big.length; at += 524_288) await file.read(whole.subarray(at, at + 524_288), at);
    expect(Buffer.compare(whole, big)).toBe(0);
    // one that was read ahead needs no question: each range required the version that was opened
    const unread = await storage.open('big.bin');
    await unread.assertUnchanged();
    await client.send(new PutObjectCommand({ Bucket: 'exports', Key: 'some/place/big.bin', Body: new Uint8Array(9) }));
    const again = await storage.open('big.bin');
    expect(again.size).toBe(9);
    expect((await failureOf(() => unread.assertUnchanged()))[0]).toBe('FILE_CHANGED');
    await file.close();
    await client.send(new PutObjectCommand({ Bucket: 'exports', Key: 'some/place/big.bin', Body: big }));
    const second = await storage.open('big.bin');
    await client.send(new PutObjectCommand({ Bucket: 'exports', Key: 'some/place/big.bin', Body: new Uint8Array(10) }));
    expect((await failureOf(() => second.read(new Uint8Array(9), 12_000_000)))[0]).toBe('FILE_CHANGED');

    const given = await storage.create('given-up.bin');
    await given.write(big);
    expect(await uploadsOf(client)).toBe(1);
    await given.abort();
    expect(await uploadsOf(client)).toBe(0);
    expect((await failureOf(() => storage.create('big.bin')))[0]).toBe('FILE_EXISTS');
    await storage.remove('big.bin');
    expect((await failureOf(() => storage.open('big.bin')))[0]).toBe('FILE_NOT_FOUND');
    expect((await failureOf(() => createS3Storage('s3://no-such-bucket/x').list('')))[1]).toMatch(/NoSuchBucket/);
  });

  it.skipIf(missing)('holds an export that is converted there and back, and read on several threads', async () => {
    await start();
    const local = createMemoryStorage();
    await generateExport(local, { items: 100, parts: 3, missingActuals: 0.1 });
    await convertExport(local, 's3://exports/parquet', { format: 'PARQUET' });
    await convertExport('s3://exports/parquet', 's3://exports/csv', { format: 'CSV', threads: 2 });
    const [there, here] = [await openExport('s3://exports/csv'), await openExport(local)];
    expect((await compareExports(there, here)).equal).toBe(true);
    expect((await verifyExport('s3://exports/csv')).findings).toEqual([]);
    expect((await summarize(there, { threads: 2 })).summary).toEqual((await summarize(here)).summary);
    await convertExport(local, 's3://exports/csv', { format: 'PARQUET', overwrite: true });
    expect((await openExport('s3://exports/csv')).format).toBe('PARQUET');
  });

  it.skipIf(missing)('is read through a line that is cut, slow, and at times refuses', async () => {
    const { endpoint } = await start();
    const local = createMemoryStorage();
    await generateExport(local, { items: 300, parts: 2 });
    await convertExport(local, 's3://exports/bike', { format: 'CSV' });
    const bad = await badLine(endpoint);
    const storage = createS3Storage('s3://exports/bike', { endpoint: bad.endpoint });
    const summary = await summarize(await openExport(storage), { threads: 1 });
    expect(summary.summary).toEqual((await summarize(await openExport(local))).summary);
    expect([bad.cut, bad.refused].every((count) => count > 0)).toBe(true);
  });
});

/** A proxy that cuts every third body in half, answers every fifth request with 503, and is slow with all of them. */
async function badLine(endpoint: string): Promise<{ endpoint: string; cut: number; refused: number }> {
  const state = { endpoint: '', cut: 0, refused: 0 };
  let count = 0;
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const number = ++count;
    if (number % 5 === 0) {
      state.refused++;
      outgoing.writeHead(503).end();
      return;
    }
    const forwarded = request(endpoint + (incoming.url ?? ''), { method: incoming.method, headers: incoming.headers });
    forwarded.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        outgoing.writeHead(response.statusCode ?? 500, response.headers);
        if (number % 3 !== 0 || body.length < 2000) return setTimeout(() => outgoing.end(body), 20);
        state.cut++;
        return outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.destroy());
      });
    });
    incoming.pipe(forwarded);
  };
  const server = createServer(pass).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(state, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

describe.each(servers)('boto3 with $name', ({ start, missing }) => {
  it.skipIf(missing)(
    'creates jobs, waits for them, and what they wrote is opened from S3, verified and summarised',
    async () => {
      const { endpoint: s3 } = await start();
      const bike = createMemoryStorage();
      await generateExport(bike, { items: 10, parts: 2, windows: 2 });
      const service = await createExportJobService({
        predictors: { bike },
        destination: (path) => createS3Storage(path, { endpoint: s3 }),
      });
      const door = createDoor(service, { onRequest: () => undefined }).listen(0, '127.0.0.1');
      await once(door, 'listening');
      onTestFinished(async () => {
        door.closeAllConnections();
        door.close();
        await service.close();
      });
      const endpoint = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
      const python = await talkToPython('boto_job.py', [endpoint, s3]);
      expect(python).toEqual({
        jobs: [
          { name: 'csv_job', status: 'ACTIVE', format: 'CSV', created: true },
          { name: 'parquet_job', status: 'ACTIVE', format: 'PARQUET', created: true },
        ],
        pages: ['parquet_job', 'csv_job'],
        windows: ['SUMMARY', 'COMPUTED', 'COMPUTED'],
        tags: [[{ Key: 'team', Value: 'bike' }], [{ Key: 'cost', Value: '7' }]],
        errors: [
          ['ResourceAlreadyExistsException', expect.stringContaining('csv_job')],
          ['InvalidInputException', expect.stringContaining('PredictorBacktestExportJobName')],
          ['InvalidInputException', expect.stringContaining('PredictorBacktestExportJobName')],
          ['InvalidInputException', expect.stringContaining('Format')],
          ['ResourceNotFoundException', expect.stringContaining('predictor/bike')],
          ['InvalidNextTokenException', expect.any(String)],
        ],
        gone: ['ResourceNotFoundException', expect.any(String)],
        keys: expect.arrayContaining(['csv_job/_CHECK', 'csv_job/_SUCCESS', 'parquet_job/_SUCCESS']),
      });
      for (const [name, format] of [
        ['csv_job', 'CSV'],
        ['parquet_job', 'PARQUET'],
      ] as const) {
        const found = await openExport(`s3://exports/${name}`);
        expect([found.jobName, found.format]).toEqual([name, format]);
        expect((await verifyExport(found)).findings).toEqual([]);
        expect((await summarize(found)).summary).toEqual((await summarize(await openExport(bike))).summary);
      }
    },
  );
});

describe.skipIf(!hasVersitygw)('versitygw', () => {
  it('refuses a signature of another key', async () => {
    const { endpoint } = await startVersitygw();
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another');
    const [code, message] = await failureOf(() => createS3Storage('s3://exports/x', { endpoint }).list(''));
    expect([code, message]).toEqual(['READ_FAILED', expect.stringContaining('SignatureDoesNotMatch')]);
  });

  it('lets a user read what a policy allows, and nothing else', async () => {
    const { client, clientOf } = await startVersitygw({ users: ['reader'] });
    const local = createMemoryStorage();
    await generateExport(local, { items: 3 });
    await convertExport(local, 's3://exports/bike', { format: 'CSV' });
    const reader = await useS3Client('s3://exports/bike', clientOf('reader'));
    expect((await failureOf(() => openExport(reader)))[1]).toContain('AccessDenied');
    const Statement = [
      { Effect: 'Allow', Principal: 'reader', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::exports' },
      { Effect: 'Allow', Principal: 'reader', Action: 's3:GetObject', Resource: 'arn:aws:s3:::exports/bike/*' },
    ];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await client.send(new PutBucketPolicyCommand({ Bucket: 'exports', Policy }));
    expect((await verifyExport(reader)).findings).toEqual([]);
    const writing = failureOf(() => convertExport(local, reader, { format: 'CSV', overwrite: true }));
    expect(await writing).toEqual(['WRITE_FAILED', expect.stringContaining('AccessDenied')]);
  });
});
