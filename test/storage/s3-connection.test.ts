import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createS3Storage } from '#src/storage/s3/index.js';
import { assertKnowsProfiles, type S3Module } from '#src/storage/s3/s3-client.js';
import { S3Folder } from '#src/storage/s3/s3-folder.js';
import { openBelow } from '#src/storage/open-below.js';
import { openTransferred } from '#src/storage/open-storage.js';
import { failureOf } from '../support/failure.ts';

afterEach(() => void vi.unstubAllEnvs());

describe('an SDK that is too old for a profile', () => {
  const sdkOf = (...agent: readonly (readonly string[])[]): Pick<S3Module, 'S3Client'> => {
    const S3Client = class {
      config = { defaultUserAgentProvider: () => Promise.resolve(agent) };
    };
    return { S3Client: S3Client as never };
  };

  it.each([
    [[['aws-sdk-js', '3.757.0']], 'found 3.757.0'],
    [[['aws-sdk-js', '2.1692.0']], 'found 2.1692.0'],
    [[['lang/js']], 'found one that does not tell its version'],
  ])('is refused: %j', async (agent, found) => {
    expect(await failureOf(() => assertKnowsProfiles(sdkOf(...agent)))).toEqual([
      'DEPENDENCY_FAILED',
      expect.stringContaining(
        `the option profile needs the package @aws-sdk/client-s3 from 3.758, ${found}: npm install`,
      ),
    ]);
  });

  it.each(['3.758.0', '3.1174.0', '4.0.0'])('is not %s, nor the one that is installed', async (version) => {
    await assertKnowsProfiles(sdkOf(['lang/js'], ['aws-sdk-js', version]));
    await assertKnowsProfiles(await import('@aws-sdk/client-s3'));
  });
});

describe('the client of a storage', () => {
  const clientOf = async (storage: unknown): Promise<unknown> =>
    storage instanceof S3Folder ? (await storage.requests()).connection.client : undefined;

  it('is also that of the folders below it and of what is opened again on its thread, and no other', async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
    const access = { region: 'eu-west-1' };
    const [one, other] = [createS3Storage('s3://bucket/lake', access), createS3Storage('s3://bucket/lake', access)];
    const client = await clientOf(one);
    const below = openBelow(one, 'job=a');
    expect(client).toBeInstanceOf(S3Client);
    expect(await clientOf(below)).toBe(client);
    expect(await clientOf(openTransferred(openBelow(below, 'part').transfer ?? below))).toBe(client);
    expect(await clientOf(other)).not.toBe(client);
    expect(await clientOf(openTransferred(structuredClone(one.transfer) ?? one))).not.toBe(client);
  });
});
