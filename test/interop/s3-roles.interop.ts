import { PutBucketPolicyCommand, PutBucketVersioningCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';
import { compareExports, convertExport, createMemoryStorage, openExport, summarize } from '#src/index.js';
import { createS3Storage } from '#src/storage/s3/index.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { blocksOf } from '../support/page-blocks.ts';
import type { Policy } from '../support/s3-policy.ts';
import { servers } from './servers.ts';
import { hasVersitygw, secretOf, startVersitygw } from './versitygw.ts';

const [reading, , writing] = blocksOf('json')
  .filter(({ page, text }) => page === 'docs/lake.md' && text.includes('Statement'))
  .map(({ text }) => JSON.parse(text) as Policy);

const local = createMemoryStorage();
await generateExport(local, { items: 3, parts: 2 });

/**
 * A policy of the guide for a user, as the policy of the bucket `exports`. versitygw knows no conditions: what they do is
 * tested in `test/lake-policies.test.ts`.
 */
function forUser(user: string, policy: Policy | undefined, without = ''): object[] {
  return (policy?.Statement ?? []).flatMap(({ Effect, Action, Resource }) => {
    const actions = [Action].flat().filter((action) => action !== without);
    const resources = [Resource].flat().map((resource) => resource.replace(':::lake', ':::exports'));
    return actions.length === 0 ? [] : [{ Effect, Principal: { AWS: [user] }, Action: actions, Resource: resources }];
  });
}

function become(user: string): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', user);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretOf(user));
}

describe.skipIf(!hasVersitygw)('users of versitygw', () => {
  it('read and write with exactly the policies of the guide', async () => {
    const { client } = await startVersitygw({ users: ['reader', 'writer'] });
    const Statement = [...forUser('reader', reading), ...forUser('writer', writing)];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await client.send(new PutBucketPolicyCommand({ Bucket: 'exports', Policy }));
    become('writer');
    for (const format of ['PARQUET', 'CSV'] as const) {
      await convertExport(local, 's3://exports/bike', { format, overwrite: true });
    }
    become('reader');
    for (const location of ['s3://exports/bike', 's3://exports/bike/']) {
      expect((await summarize(location)).summary).toEqual((await summarize(await openExport(local))).summary);
    }
    expect((await compareExports(await openExport('s3://exports/bike'), await openExport(local))).equal).toBe(true);
    const [code, message] = await failureOf(() =>
      convertExport(local, 's3://exports/bike', { format: 'CSV', overwrite: true }),
    );
    expect([code, message]).toEqual([
      'WRITE_FAILED',
      expect.stringMatching(/^a writer must be allowed .*s3:\/\/exports\/bike\/.* \(destination\): AccessDenied: /),
    ]);
  });

  it.each(['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:GetObject'])(
    'without %s learn that before anything is written',
    async (action) => {
      const { client } = await startVersitygw({ users: ['writer'] });
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: forUser('writer', writing, action) });
      await client.send(new PutBucketPolicyCommand({ Bucket: 'exports', Policy }));
      become('writer');
      const [, message] = await failureOf(() => convertExport(local, 's3://exports/bike', { format: 'CSV' }));
      expect(message).toMatch(/ \(destination\): AccessDenied: .* \(HTTP 403\)$/);
      const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: 'exports' }));
      expect(Versions.map(({ Key }) => Key)).toEqual([]);
    },
  );
});

describe.each(servers)('$name', ({ name, start, missing }) => {
  it.skipIf(missing)('is reached by a host name in AWS_ENDPOINT_URL, and without a region', async () => {
    const { endpoint } = await start();
    vi.stubEnv('AWS_ENDPOINT_URL_S3', undefined);
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint.replace('127.0.0.1', 'localhost'));
    vi.stubEnv('AWS_REGION', name === 'moto' ? undefined : 'us-west-2');
    await convertExport(local, 's3://exports/bike', { format: 'CSV' });
    expect((await openExport('s3://exports/bike')).jobName).toBe('synthetic_backtest');
  });

  // versitygw 1.8 refuses If-None-Match: * where the latest version is a delete marker, so that no second lock can be taken
  it.skipIf(missing || name === 'versitygw')('keeps versions, and shows nothing but the export', async () => {
    const { client } = await start();
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket: 'exports', VersioningConfiguration }));
    for (const format of ['CSV', 'PARQUET', 'CSV'] as const) {
      await convertExport(local, 's3://exports/bike', { format, overwrite: true });
    }
    expect((await compareExports(await openExport('s3://exports/bike'), await openExport(local))).equal).toBe(true);
    const names = (await createS3Storage('s3://exports/bike').list('')).map(({ path }) => path);
    expect(names).toEqual(['_CHECK', '_SUCCESS', 'accuracy-metrics-values', 'forecasted-values']);
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket: 'exports' }),
    );
    // the hidden objects stay as versions, below delete markers
    expect(Versions.some(({ Key = '' }) => Key.includes('.backtest-export-'))).toBe(true);
    expect(DeleteMarkers.length).toBeGreaterThan(0);
  });
});
