/** `backtest-export/s3`: S3 with your own settings or client. Every function accepts `s3://…` without it. */
import type { S3Client } from '@aws-sdk/client-s3';
import { readMember } from '../../describe-value.ts';
import { BacktestExportError } from '../../errors.ts';
import { assertKind, assertOptions, describeValue } from '../../options.ts';
import type { Storage } from '../storage.ts';
import type { S3Access } from './s3-access.ts';
import { loadS3 } from './s3-client.ts';
import { S3Folder } from './s3-folder.ts';

export type { S3Access, S3Limits, S3Timeouts } from './s3-access.ts';

/**
 * Opens `s3://bucket/prefix` as a storage. Sends no request yet.
 * @throws `OPTION_INVALID`
 */
export function createS3Storage(location: string, access: S3Access = {}): Storage {
  assertKind('createS3Storage', location, 'text');
  assertOptions('createS3Storage', access, {
    endpoint: 'text',
    region: 'text',
    profile: 'text',
    forcePathStyle: 'true or false',
    ...sharedKinds,
  });
  return new S3Folder(location, access);
}

/**
 * The same with your own client: its endpoint, region, credentials, retries, connection timeout and middleware. Such a storage is read
 * only on the calling thread.
 * @throws `OPTION_INVALID`, `DEPENDENCY_MISSING`
 */
export async function useS3Client(
  location: string,
  client: S3Client,
  access: Pick<S3Access, 'kmsKeyArn' | 'bucketKey' | 'timeouts' | 'limits'> = {},
): Promise<Storage> {
  assertKind('useS3Client', location, 'text');
  if (typeof readMember(client, 'send') !== 'function') {
    const problem = `useS3Client: expected an S3Client of @aws-sdk/client-s3, found ${describeValue(client)}`;
    throw new BacktestExportError('OPTION_INVALID', problem);
  }
  assertOptions('useS3Client', access, sharedKinds);
  return new S3Folder(location, access, { sdk: await loadS3(), client });
}

/** What is shared; the folder itself checks `timeouts` and `limits`. */
const sharedKinds = {
  kmsKeyArn: 'text',
  bucketKey: 'true or false',
  timeouts: 'anything',
  limits: 'anything',
} as const;
