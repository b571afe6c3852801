import { describe, expect, it } from 'vitest';
import { convertExport, createMemoryStorage, openExport, summarize } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts';
import { storageFiles } from '../support/folder-files.ts';

/** An export in a bucket, after which requests are counted from none. */
async function exportInS3(
  options: Parameters<typeof generateExport>[1],
  change: (text: string) => string = (text) => text,
): Promise<FakeS3> {
  const memory = createMemoryStorage();
  await generateExport(memory, options);
  const s3 = await startFakeS3();
  for (const [path, text] of await storageFiles(memory)) {
    s3.objects.set(`source/${path}`, Buffer.from(change(text), 'latin1'));
  }
  return s3;
}

/** The ranges of an object that were requested, in their order in it. */
function rangesOf({ requests }: FakeS3, key: string): [from: number, to: number][] {
  return requests
    .filter((request) => request.includes(key))
    .map((request): [number, number] => {
      const [, from = 'none', to = 'none'] = /^GET .* bytes=(\d+)-(\d+)$/.exec(request) ?? [];
      return [Number(from), Number(to)];
    })
    .sort(([left], [right]) => left - right);
}

const hour = { unit: 'hour', count: 1, text: 'H' } as const;

describe('an export in S3', () => {
  it('is converted with each byte of a large object requested once, whatever its text is like', async () => {
    // every line must be looked at again, since none is spelled as it would be written
    const s3 = await exportInS3({ items: 2500, parts: 1 }, (text) => text.replaceAll('\n', '\r\n'));
    const source = await openExport(fakeStorage(s3, 's3://bucket/source'));
    s3.requests.length = 0;
    const done = await convertExport(source, createMemoryStorage(), { format: 'PARQUET', threads: 1, lossy: true });
    expect(done.losses.map(({ kind, table }) => [table, kind])).toContainEqual(['forecasted-values', 'line-ends']);
    const [part] = source.forecastedValues.parts;
    const size = part?.size ?? 0;
    expect(size).toBeGreaterThan(2 * 4_194_304);
    const ranges = rangesOf(s3, part?.path ?? '');
    expect(ranges).toHaveLength(Math.ceil(size / 4_194_304));
    let next = 0;
    for (const [from, to] of ranges) {
      expect(from).toBe(next);
      next = to + 1;
    }
    expect(next).toBe(size);
  });

  it('is read with one request for each small object', async () => {
    const s3 = await exportInS3({ items: 40, parts: 20 });
    const storage = fakeStorage(s3, 's3://bucket/source');
    const source = await openExport(storage);
    const parts = [...source.forecastedValues.parts, ...source.accuracyMetrics.parts];
    expect(parts).toHaveLength(40);
    s3.requests.length = 0;
    await convertExport(source, createMemoryStorage(), { format: 'PARQUET', threads: 1 });
    for (const { path, size } of parts) expect(rangesOf(s3, path)).toEqual([[0, size - 1]]);
    expect(s3.requests).toHaveLength(parts.length);
    s3.requests.length = 0;
    await summarize(source, { threads: 1, frequency: hour });
    // and one for its first rows, where the frequency is looked for
    expect(s3.requests).toHaveLength(parts.length + 1);
  });

  it('has several small objects under way at a time on one thread', async () => {
    const s3 = await exportInS3({ items: 8, parts: 4 });
    const timeouts = { firstByte: 3000, tries: 1 };
    const source = await openExport(fakeStorage(s3, 's3://bucket/source', { timeouts }));
    // none is answered before four are asked for
    const held: (() => void)[] = [];
    s3.trouble = (request, key, response) => {
      const bytes = s3.objects.get(key);
      if (request.method !== 'GET' || bytes === undefined) return false;
      const range = `bytes 0-${bytes.length - 1}/${bytes.length}`;
      held.push(() => {
        response.writeHead(206, { etag: request.headers['if-match'], 'content-range': range });
        response.end(bytes);
      });
      if (held.length >= 4) for (const answer of held.splice(0)) answer();
      return true;
    };
    await convertExport(source, createMemoryStorage(), { format: 'PARQUET', threads: 1 });
    expect(s3.requests.filter((request) => request.startsWith('GET') && request.includes('part'))).toHaveLength(8 + 2);
  });
});
