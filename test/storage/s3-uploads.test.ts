import { describe, expect, it, vi } from 'vitest';
import { convertExport, createMemoryStorage, openExport } from '#src/index.js';
import { currentOwner } from '#src/storage/owner.js';
import { generateExport } from '#src/testing/index.js';
import { run } from '../cli/run.ts';
import { failureOf } from '../support/failure.ts';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts';

const day = 24 * 60 * 60 * 1000;
const { host, pid, start } = currentOwner();
const random = '01234567-89ab-cdef-0123-456789abcdef';
const dead = `.backtest-export-p${host}-4194305-7-${random}.tmp`;
const alive = `.backtest-export-p${host}-${pid}-${start}-${random}.tmp`;
const elsewhere = `.backtest-export-p00000000-7-7-${random}.tmp`;

/** S3 with an upload for each key that was begun so many milliseconds ago. */
async function withUploads(keys: Readonly<Record<string, number>>): Promise<FakeS3> {
  const s3 = await startFakeS3();
  for (const [index, [key, age]] of Object.entries(keys).entries()) {
    s3.uploads.set(`upload${index}`, new Map());
    s3.begun.set(`upload${index}`, { key, at: Date.now() - age });
  }
  return s3;
}

function uploadsOf({ uploads, begun }: FakeS3): string[] {
  return [...uploads.keys()].map((id) => begun.get(id)?.key ?? '');
}

async function exportInMemory(): Promise<ReturnType<typeof createMemoryStorage>> {
  const source = createMemoryStorage();
  await generateExport(source, { items: 2, windows: 1, horizon: 1 });
  return source;
}

describe('uploads to S3 that were never completed', () => {
  it('are aborted by the next write into their folder, if their process has ended, or after a day', async () => {
    const kept = {
      [`export/${alive}`]: 2 * day,
      [`export/accuracy-metrics-values/${elsewhere}`]: day / 2,
      [`export/below/the-folder/${dead}`]: 0,
      [`beside/${dead}`]: 0,
      'export/forecasted-values/of-another-program.csv': 2 * day,
    };
    const s3 = await withUploads({
      ...kept,
      [`export/${dead}`]: 0,
      [`export/forecasted-values/${dead}`]: 0,
      [`export/forecasted-values/${elsewhere}`]: 2 * day,
    });
    await convertExport(await exportInMemory(), fakeStorage(s3, 's3://bucket/export'), { format: 'CSV' });
    expect(uploadsOf(s3)).toEqual(Object.keys(kept));
  });

  it('of a bucket without a prefix are found as well', async () => {
    const s3 = await withUploads({ [dead]: 0, [`forecasted-values/${dead}`]: 0 });
    await convertExport(await exportInMemory(), fakeStorage(s3, 's3://bucket'), { format: 'CSV' });
    expect(uploadsOf(s3)).toEqual([]);
  });

  it('are left alone without permission to list them, and the write goes on', async () => {
    const s3 = await withUploads({ [`export/${dead}`]: 0 });
    s3.trouble = ({ url = '' }, _, response) => {
      if (!url.includes('uploads')) return false;
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
      return true;
    };
    const storage = fakeStorage(s3, 's3://bucket/export');
    await convertExport(await exportInMemory(), storage, { format: 'CSV' });
    expect([(await openExport(storage)).format, uploadsOf(s3)]).toEqual(['CSV', [`export/${dead}`]]);
  });

  it('are not given up under a name that no writer gives', async () => {
    const s3 = await withUploads({ 'export/a.csv': 0 });
    const storage = fakeStorage(s3, 's3://bucket/export');
    const [upload] = (await storage.listUploads?.()) ?? [];
    expect(upload).toMatchObject({ path: 'a.csv', version: 'upload0', size: 0 });
    const giveUp = async (): Promise<void> => storage.abortUpload?.(upload ?? expect.fail());
    expect((await failureOf(giveUp))[0]).toBe('FILE_OUTSIDE_FOLDER');
    expect(uploadsOf(s3)).toEqual(['export/a.csv']);
  });

  it('are listed by inspect', async () => {
    const s3 = await withUploads({
      [`export/${dead}`]: 0,
      [`export/${alive}`]: 0,
      [`export/forecasted-values/${elsewhere}`]: 0,
    });
    await convertExport(await exportInMemory(), fakeStorage(s3, 's3://bucket/export'), { format: 'CSV' });
    s3.uploads.set('upload0', new Map());
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
    const { code, stdout } = await run(['inspect', 's3://bucket/export']);
    const out = stdout.replaceAll(/\s+/g, ' ');
    expect(code).toBe(0);
    expect(out).toContain(
      `${dead}: an upload to S3 that was never completed; its process has ended, and the next write`,
    );
    expect(out).toContain(`${alive}: an upload to S3 that is not complete yet`);
    expect(out).toContain(`forecasted-values/${elsewhere}: an upload to S3 that was never completed; left by another`);
  });
});
