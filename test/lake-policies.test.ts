import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { convertExport, createMemoryStorage, openExport, summarize, verifyExport } from '#src/index.js';
import { createS3Storage } from '#src/storage/s3/index.js';
import { generateExport } from '#src/testing/index.js';
import { run } from './cli/run.ts';
import { startFakeS3, type FakeS3 } from './support/fake-s3.ts';
import { storageFiles } from './support/folder-files.ts';
import { blocksOf } from './support/page-blocks.ts';
import { enforce, type Policy } from './support/s3-policy.ts';

const [reading, naming, writing] = blocksOf('json')
  .filter(({ page, text }) => page === 'docs/lake.md' && text.includes('Statement'))
  .map(({ text }) => JSON.parse(text) as Policy);
if (reading === undefined || naming === undefined || writing === undefined) throw new Error('three policies');

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'us-east-1');
});
afterEach(() => void vi.unstubAllEnvs());

const local = createMemoryStorage();
await generateExport(local, { items: 2, parts: 2 });

/** S3 with an export in `exports/bike`; the fake server has one space of keys for all buckets. */
async function withExport(policy: Policy): Promise<{ s3: FakeS3; used: Set<string> }> {
  const s3 = await startFakeS3();
  vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
  for (const [path, text] of await storageFiles(local)) s3.objects.set(`bike/${path}`, Buffer.from(text, 'latin1'));
  s3.objects.set('other/secret.csv', new Uint8Array(1));
  const used = new Set<string>();
  s3.trouble = enforce(s3, policy, used);
  return { s3, used };
}

function actionsOf(policy: Policy): string[] {
  return [...new Set(policy.Statement.flatMap(({ Action }) => Action))].toSorted();
}

describe('the policies of docs/lake.md', () => {
  it('let a role read an export in every way, and no more', async () => {
    const { used } = await withExport(reading);
    const rows = (await summarize(await openExport(local))).export.rows;
    for (const location of ['s3://exports/bike', 's3://exports/bike/']) {
      expect((await summarize(location, { threads: 1 })).export.rows).toBe(rows);
    }
    expect((await verifyExport('s3://exports/bike')).findings).toEqual([]);
    const copy = createMemoryStorage();
    await convertExport('s3://exports/bike', copy, { format: 'PARQUET', threads: 1 });
    expect((await summarize(copy)).export.rows).toBe(rows);
    for (const command of ['inspect', 'head', 'summarize', 'verify']) {
      expect((await run([command, 's3://exports/bike'])).code).toBe(0);
    }
    expect([...used].toSorted()).toEqual(actionsOf(reading));
    expect((await run(['summarize', 's3://exports/other'])).stderr).toContain('AccessDenied');
  });

  it('let a role summarize files that it names, without listing', async () => {
    const { s3, used } = await withExport(naming);
    const file = [...s3.objects.keys()].find((key) => key.startsWith('bike/forecasted-values/')) ?? '';
    expect((await run(['summarize', `s3://exports/${file}`])).code).toBe(0);
    expect([...used]).toEqual(['s3:GetObject']);
  });

  it('let a role write, replace and repair an export, with uploads in parts, and need each of its actions', async () => {
    const { s3, used } = await withExport(writing);
    s3.objects.clear();
    for (const format of ['CSV', 'PARQUET'] as const) {
      await convertExport(local, 's3://lake/bike', { format, overwrite: true, threads: 1 });
      expect((await openExport('s3://lake/bike')).format).toBe(format);
    }
    const writer = await createS3Storage('s3://lake/bike').create('large.bin');
    await writer.write(new Uint8Array(9_000_000));
    await writer.finish();
    expect([s3.begun.size, s3.uploads.size]).toEqual([1, 0]);
    expect([...used].toSorted()).toEqual(actionsOf(writing));
    expect([...s3.objects.keys()].filter((key) => !key.startsWith('bike/') || key.includes('/.'))).toEqual([]);
  });
});
