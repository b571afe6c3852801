import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { convertExport, createMemoryStorage, listExports, openExport, summarize } from '#src/index.js';
import { createS3Storage } from '#src/storage/s3/index.js';
import { generateExport } from '#src/testing/index.js';
import { run } from '../cli/run.ts';
import { failureOf } from '../support/failure.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts';
import { fakeStorage } from '../support/fake-s3-storage.ts';
import { storageFiles } from '../support/folder-files.ts';
import { hostility } from '../support/hostile-s3.ts';
import { enforce, type Policy } from '../support/s3-policy.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'us-east-1');
});
afterEach(() => void vi.unstubAllEnvs());

/** A bucket with an export in `team/bike`, reached by `s3://…`. */
async function withExport(folder = 'team/bike'): Promise<FakeS3> {
  const s3 = await startFakeS3();
  vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
  const made = createMemoryStorage();
  await generateExport(made, { items: 2 });
  for (const [path, bytes] of await storageFiles(made))
    s3.objects.set(`${folder}/${path}`, Buffer.from(bytes, 'latin1'));
  return s3;
}

/** Reading below one prefix, and nothing else. */
const reader: Policy = {
  Statement: [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/team/*' },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::bucket',
      Condition: { StringLike: { 's3:prefix': 'team/*' } },
    },
  ],
};

describe('a role that may read below a prefix alone', () => {
  it.each(['s3://bucket/team', 's3://bucket/team/'])('lists %s, with and without the slash', async (location) => {
    const s3 = await withExport('team');
    s3.trouble = enforce(s3, reader);
    const found = await openExport(location);
    expect([found.layout, found.jobName]).toEqual(['export-folder', 'synthetic_backtest']);
    expect((await summarize(found)).export.rows).toBe(48);
  });

  it('learns of a missing object from a listing, and of a forbidden one from S3', async () => {
    const s3 = await withExport();
    s3.trouble = enforce(s3, reader);
    const storage = createS3Storage('s3://bucket/team/bike');
    expect(await failureOf(() => storage.open('missing.csv'))).toEqual([
      'FILE_NOT_FOUND',
      'missing.csv: there is no such file',
    ]);
    s3.objects.set('other/a.csv', new Uint8Array(1));
    const [code, message] = await failureOf(() => openExport('s3://bucket/other/a.csv'));
    expect([code, message]).toEqual([
      'READ_FAILED',
      'a.csv: the object cannot be examined: s3://bucket/other/a.csv: AccessDenied: not authorized to perform: s3:GetObject on resource: arn:aws:s3:::bucket/other/a.csv (HTTP 403)',
    ]);
    expect((await failureOf(() => openExport('s3://bucket/other')))[1]).toMatch(
      /^other: the object cannot be examined: s3:\/\/bucket\/other: AccessDenied: .* \(HTTP 403\)$/,
    );
  });
});

describe("S3's own reason", () => {
  it.each([
    [400, 'ExpiredToken'],
    [403, 'InvalidAccessKeyId'],
    [403, 'SignatureDoesNotMatch'],
  ])('is asked for where HEAD %i gives none (%s)', async (status, code) => {
    const s3 = await withExport();
    const [head, get] = [hostility.refuse('HEAD', status, ''), hostility.refuse('GET', status, code)];
    s3.trouble = (...request) => head(...request) || get(...request);
    expect(await failureOf(() => fakeStorage(s3, 's3://bucket/team').open('a.csv'))).toEqual([
      'READ_FAILED',
      `a.csv: the object cannot be examined: s3://bucket/team/a.csv: ${code}: no (HTTP ${status})`,
    ]);
  });

  it('comes with the side of the work', async () => {
    const s3 = await withExport();
    const local = createMemoryStorage();
    await generateExport(local, { items: 2 });
    const nothing = { Statement: [] };
    s3.trouble = enforce(s3, nothing);
    const denied = 'AccessDenied: not authorized to perform: s3:GetObject on resource: arn:aws:s3:::bucket';
    const from = await failureOf(() => convertExport('s3://bucket/team/bike/', local, { format: 'PARQUET' }));
    expect(from).toEqual([
      'READ_FAILED',
      expect.stringMatching(/s3:\/\/bucket\/team\/bike \(source\): AccessDenied: /),
    ]);
    const to = await failureOf(() => convertExport(local, 's3://bucket/new', { format: 'PARQUET' }));
    expect(to[1]).toContain(`s3://bucket/new/.backtest-export-swap.jsonl (destination): ${denied}/new/`);
    const given = createS3Storage('s3://bucket/new');
    expect((await failureOf(() => convertExport(local, given, { format: 'PARQUET' })))[1]).toContain('(destination): ');
    const printed = await run(['convert', 's3://bucket/team/bike/', 's3://bucket/new', '--to', 'parquet']);
    expect([printed.code, printed.stderr]).toEqual([2, expect.stringContaining('s3://bucket/team/bike (source): ')]);
  });
});

describe('keys with empty segments', () => {
  it.each(['team//bike', 'team/', '/team', 'a///b'])('are reached by a location that has them: %s', async (folder) => {
    await withExport(folder);
    const found = await openExport(`s3://bucket/${folder}/`);
    expect(found.jobName).toBe('synthetic_backtest');
    await convertExport(found, `s3://bucket/copy//${folder}`, { format: 'CSV' });
    const [here, there] = [`s3://bucket/${folder}/`, `s3://bucket/copy//${folder}`].map((at) => createS3Storage(at));
    if (here === undefined || there === undefined) throw new Error('two folders');
    expect([...(await storageFiles(there))]).toEqual([...(await storageFiles(here))]);
    const [part] = found.forecastedValues.parts;
    expect((await openExport(`s3://bucket/${folder}/${part?.path ?? ''}`)).layout).toBe('single-file');
  });

  it('cannot be a slash alone, which looks like the whole bucket', async () => {
    expect(await failureOf(() => listExports('s3://bucket//'))).toEqual([
      'OPTION_INVALID',
      "expected a prefix that is not / alone and has no segments . and .., found 's3://bucket//'",
    ]);
  });
});
