import { S3Client } from '@aws-sdk/client-s3';
import * as sdk from '@aws-sdk/client-s3';
import { S3Folder } from '#src/storage/s3/s3-folder.js';
import type { S3Access } from '#src/storage/s3/index.js';
import type { Storage } from '#src/storage/storage.js';
import type { FakeS3 } from './fake-s3.ts';

/** A storage in a fake S3, with a client of its own. */
export function fakeStorage(
  { endpoint }: Pick<FakeS3, 'endpoint'>,
  location: string,
  access: Pick<S3Access, 'timeouts' | 'limits'> = {},
): Storage {
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials, maxAttempts: 4 });
  return new S3Folder(location, access, { sdk, client });
}
