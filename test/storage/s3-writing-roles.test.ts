import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { convertExport, createMemoryStorage, type Storage } from '#src/index.js';
import { createS3Storage } from '#src/storage/s3/index.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts';
import { enforce, type Policy } from '../support/s3-policy.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'us-east-1');
});
afterEach(() => void vi.unstubAllEnvs());

const local = createMemoryStorage();
await generateExport(local, { items: 2 });

async function bucket(): Promise<{ s3: FakeS3; storage: Storage }> {
  const s3 = await startFakeS3();
  return { s3, storage: createS3Storage('s3://bucket/lake', { endpoint: s3.endpoint }) };
}

const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];

function allow(...allowed: readonly string[]): Policy {
  const list = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::bucket' } as const;
  return { Statement: [list, { Effect: 'Allow', Action: allowed, Resource: 'arn:aws:s3:::bucket/lake/*' }] };
}

describe('a role that may not do all that a writer does', () => {
  it.each([
    ['s3:GetObject', 'READ_FAILED', 'the object cannot be examined'],
    ['s3:PutObject', 'WRITE_FAILED', 'the object cannot be written'],
    ['s3:DeleteObject', 'WRITE_FAILED', 'a writer must be allowed to remove objects (s3:DeleteObject)'],
    [
      's3:AbortMultipartUpload',
      'WRITE_FAILED',
      'a writer must be allowed to give up uploads (s3:AbortMultipartUpload)',
    ],
  ])('without %s is refused before any work', async (action, code, problem) => {
    const { s3, storage } = await bucket();
    s3.trouble = enforce(s3, allow(...actions.filter((each) => each !== action)));
    const read = vi.spyOn(local, 'open');
    const [found, message] = await failureOf(() => convertExport(local, storage, { format: 'PARQUET' }));
    const parts = read.mock.calls.flatMap(([path]) => (path.endsWith('.csv') ? [path] : []));
    read.mockRestore();
    // once, for the header of each table
    expect(parts.map((path) => path.split('/')[0])).toEqual(['forecasted-values', 'accuracy-metrics-values']);
    expect([found, message]).toEqual([code, expect.stringContaining(problem)]);
    expect(message).toContain(' (destination): AccessDenied: not authorized to perform: ');
    expect(message).toContain(action);
    expect([...s3.objects.keys()]).toEqual([]);
  });

  it('with all of it writes, and leaves nothing of the check', async () => {
    const { s3, storage } = await bucket();
    const used = new Set<string>();
    s3.trouble = enforce(s3, allow(...actions), used);
    await convertExport(local, storage, { format: 'PARQUET' });
    expect([...s3.objects.keys()].filter((key) => key.includes('.backtest-export'))).toEqual([]);
    expect([...used].toSorted()).toEqual([...actions, 's3:ListBucket'].toSorted());
  });
});
