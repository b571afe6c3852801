import { describe, expect, it } from 'vitest';
import { convertExport, createMemoryStorage, openExport } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts';

/** Requests but those of listings, which bring three keys a page here. */
function operations({ requests }: FakeS3): Map<string, number> {
  const counts = new Map<string, number>();
  for (const request of requests) {
    const [method = ''] = request.split(' ');
    counts.set(method, (counts.get(method) ?? 0) + 1);
  }
  return counts;
}

/** The keys of parts. */
function partsOf({ objects }: FakeS3): string[] {
  return [...objects.keys()].filter((key) => /\.(?:parquet|csv)$/.test(key));
}

describe('an export that is published in S3', () => {
  it('costs a handful of requests for each small object', async () => {
    const memory = createMemoryStorage();
    await generateExport(memory, { items: 60, parts: 30 });
    const s3 = await startFakeS3();
    const target = fakeStorage(s3, 's3://bucket/target');
    const done = await convertExport(await openExport(memory), target, { format: 'PARQUET', threads: 1 });
    const files = Object.values(done.tables).reduce((sum, table) => sum + (table?.partsWritten ?? 0), 0);
    expect(files).toBe(60);
    const counts = operations(s3);
    // each is written, looked at, and copied, and all temporary ones are removed together; the rest is for the export
    expect(counts.get('PUT')).toBeLessThanOrEqual(2 * files + 10);
    expect(counts.get('HEAD')).toBeLessThanOrEqual(2 * files + 40);
    expect(counts.get('DELETE') ?? 0).toBeLessThan(10);
    expect(counts.get('POST')).toBe(1);
    expect(partsOf(s3)).toHaveLength(files);
    expect([...s3.objects.keys()].filter((key) => key.includes('.backtest-export'))).toEqual([]);
  });

  it('is the old or the new one, whichever request of publishing fails', async () => {
    const memory = createMemoryStorage();
    await generateExport(memory, { items: 4, parts: 2 });
    const source = await openExport(memory);
    const options = { format: 'PARQUET', threads: 1 } as const;
    let refused = 0;
    for (let failing = 1; failing < 60; failing++) {
      const s3 = await startFakeS3();
      const target = fakeStorage(s3, 's3://bucket/target');
      let seen = 0;
      let failed = false;
      s3.trouble = (request, key, response) => {
        const { method = '', headers } = request;
        const isJournal = method === 'DELETE' && !key.endsWith('.tmp'); // a temporary one is removed as far as that is allowed
        const isChange =
          headers['x-amz-copy-source'] !== undefined || isJournal || (request.url ?? '').includes('?delete');
        if (!isChange || ++seen !== failing) return false;
        failed = true;
        response.writeHead(403, { 'content-type': 'application/xml' });
        response.end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
        return true;
      };
      const outcome = await convertExport(source, target, options).then(
        () => 'done',
        () => 'failed',
      );
      s3.trouble = undefined;
      if (!failed) break;
      const found = await openExport(target).then(
        ({ forecastedValues, accuracyMetrics }) => forecastedValues.parts.length + accuracyMetrics.parts.length,
        () => 0,
      );
      expect([0, 4]).toContain(found);
      if (outcome === 'done') expect(found).toBe(4);
      else refused++;
      await convertExport(source, target, { ...options, overwrite: true });
      expect(partsOf(s3)).toHaveLength(4);
      expect([...s3.objects.keys()].filter((key) => key.includes('.backtest-export'))).toEqual([]);
    }
    expect(refused).toBeGreaterThan(0);
  });

  it('does not lose an object whose copy was reported and not made', async () => {
    const s3 = await startFakeS3();
    const storage = fakeStorage(s3, 's3://bucket/target');
    const moves = ['a', 'b'].map((name) => ({ from: `${name}.old`, to: `${name}.new` }));
    for (const { from } of moves) s3.objects.set(`target/${from}`, new Uint8Array([1, 2, 3]));
    s3.trouble = (request, key, response) => {
      if (request.headers['x-amz-copy-source'] === undefined || !key.endsWith('b.new')) return false;
      response.end('<CopyObjectResult><ETag>"told"</ETag></CopyObjectResult>');
      return true;
    };
    const before = async (): Promise<void> => undefined;
    const [code, message] = await failureOf(async () => storage.moveAll?.(moves, { before }));
    expect([code, message]).toEqual(['WRITE_FAILED', expect.stringContaining('expected 3 bytes, found no object')]);
    expect([...s3.objects.keys()].sort()).toEqual(['target/a.new', 'target/a.old', 'target/b.old']);
    s3.trouble = undefined;
    expect((await failureOf(async () => storage.moveAll?.(moves, { before })))[0]).toBe('FILE_EXISTS');
    await storage.moveAll?.(moves, { before, overwrite: true });
    expect([...s3.objects.keys()].sort()).toEqual(['target/a.new', 'target/b.new']);
    expect((await failureOf(async () => storage.moveAll?.(moves, { before })))[0]).toBe('FILE_NOT_FOUND');
  });

  it('is published by services that cannot remove several objects with one request', async () => {
    const s3 = await startFakeS3();
    const storage = fakeStorage(s3, 's3://bucket/target');
    const moves = ['a', 'b'].map((name) => ({ from: `${name}.old`, to: `${name}.new` }));
    for (const { from } of moves) s3.objects.set(`target/${from}`, new Uint8Array([1]));
    s3.trouble = (request, _, response) => {
      if (!(request.url ?? '').includes('?delete')) return false;
      response.writeHead(501, { 'content-type': 'application/xml' });
      response.end('<Error><Code>NotImplemented</Code></Error>');
      return true;
    };
    await storage.moveAll?.(moves, { before: async () => undefined });
    expect([...s3.objects.keys()].sort()).toEqual(['target/a.new', 'target/b.new']);
  });
});
