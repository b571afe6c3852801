import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { convertExport, createMemoryStorage, listExports, type Storage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts';
import { failureOf } from '../support/failure.ts';

/** What can go wrong with one request: instead of its work, or after it. */
const faults: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'is refused with 503': (response) => {
    response.writeHead(503, { 'content-type': 'application/xml' });
    response.end('<Error><Code>SlowDown</Code></Error>');
  },
  'is reset': (response) => response.destroy(),
  'gets no answer, and is done': (response) => response.destroy(),
};

const source = createMemoryStorage();
const before = createMemoryStorage();

beforeAll(async () => {
  await generateExport(before, { items: 2, windows: 1, horizon: 1, parts: 2, seed: 1 });
  await generateExport(source, { items: 3, windows: 1, horizon: 1, parts: 1, seed: 2 });
});

/** What a reader finds: each file and its bytes. */
async function read(storage: Storage): Promise<string> {
  const found: string[] = [];
  const { exports, storage: settled } = await listExports(storage);
  for (const { tables, complete } of exports) {
    for (const { path } of Object.values(tables).flat()) {
      const file = await settled.open(path);
      const bytes = new Uint8Array(file.size);
      await file.read(bytes, 0);
      await file.close();
      found.push(`${complete} ${path} ${Buffer.from(bytes).toString('latin1')}`);
    }
  }
  return found.join('\n');
}

/** A server with the export that is to be replaced, and what replaces it. */
async function prepare(): Promise<{ s3: FakeS3; storage: Storage; run: () => Promise<unknown>; reset: () => void }> {
  const s3 = await startFakeS3();
  const storage = fakeStorage(s3, 's3://bucket/export');
  await convertExport(before, storage, { format: 'CSV' });
  const objects = new Map(s3.objects);
  const reset = (): void => {
    s3.objects.clear();
    for (const [key, bytes] of objects) s3.objects.set(key, bytes);
    [s3.trouble, s3.lose] = [undefined, undefined];
    s3.requests.length = 0;
  };
  reset();
  const run = async (): Promise<unknown> =>
    convertExport(source, storage, { format: 'CSV', overwrite: true, threads: 1 });
  return { s3, storage, run, reset };
}

/** Hidden objects; those under temporary names have an owner that is alive here: this process. */
function leftIn({ objects }: FakeS3): string[] {
  return [...objects.keys()].filter((key) => /\.backtest-export.*\.(?:old|jsonl?)$/.test(key));
}

describe('replacing an export in S3', () => {
  it('succeeds where any one request is refused, reset, or done without an answer', async () => {
    const { s3, storage, run, reset } = await prepare();
    await run();
    const [wanted, requests] = [await read(storage), s3.requests.length];
    const names = Object.keys(faults);
    // a listing that is asked for once more or less may shift the last ones
    for (let at = 1; at < requests - 10; at += 11) {
      reset();
      const fault = names[at % names.length] ?? '';
      let number = 0;
      if (fault.includes('is done')) s3.lose = () => ++number === at;
      else {
        s3.trouble = (_, __, response) => {
          if (++number !== at) return false;
          faults[fault]?.(response);
          return true;
        };
      }
      await run();
      expect(number).toBeGreaterThan(at);
      expect(await read(storage), `request ${at} ${fault}`).toBe(wanted);
      expect(s3.objects.size, `request ${at} ${fault}`).toBe(4);
    }
  });

  it('leaves the old or the new export where S3 is gone from any request on, and the next run finds what is left', async () => {
    const { s3, storage, run, reset } = await prepare();
    const old = await read(storage);
    reset();
    await run();
    const [wanted, requests] = [await read(storage), s3.requests.length];
    const sides = new Set<string>();
    for (let at = 1; at <= requests; at += 11) {
      reset();
      let number = 0;
      s3.trouble = (_, __, response) => {
        if (++number < at) return false;
        response.writeHead(403, { 'content-type': 'application/xml' });
        response.end('<Error><Code>AccessDenied</Code></Error>');
        return true;
      };
      // the last requests only clean up
      const [code, message] = await failureOf(run).catch(() => ['done', 'the new export is in place']);
      s3.trouble = undefined;
      const found = await read(storage);
      sides.add(found === old ? 'old' : found === wanted ? 'new' : `a mixture at request ${at}`);
      expect(['READ_FAILED', 'WRITE_FAILED', 'CONVERSION_UNPROVEN', 'done'], `request ${at}`).toContain(code);
      if (code === 'done') expect(found).toBe(wanted);
      if (found === wanted) expect(message).toMatch(/the new export is in place/);
      await run();
      expect(await read(storage), `request ${at}`).toBe(wanted);
      expect(leftIn(s3), `request ${at}`).toEqual([]);
    }
    expect(sides).toEqual(new Set(['old', 'new']));
  });
});
