import type { S3Client } from '@aws-sdk/client-s3';
import { given } from '../../given.ts';
import { loadPackage } from '../../load-package.ts';
import type { S3Access } from './s3-access.ts';
import { resolveLimits } from './s3-limits.ts';

/** The SDK's module, an optional peer dependency. */
export type S3Module = typeof import('@aws-sdk/client-s3');

/** A client and its module. */
export interface S3Connection {
  readonly sdk: S3Module;
  readonly client: S3Client;
}

/** @throws `DEPENDENCY_MISSING` if the SDK is not installed, `DEPENDENCY_FAILED` if it cannot be loaded */
export function loadS3(load: () => Promise<S3Module> = () => import('@aws-sdk/client-s3')): Promise<S3Module> {
  return loadPackage('@aws-sdk/client-s3', 's3://', load);
}

/**
 * Makes a client. The SDK itself repeats failed requests, with jitter, up to five attempts. Only its connection timeout
 * is set; the others differ between SDK versions and are implemented in `S3Requests`.
 */
export async function connect(access: S3Access): Promise<S3Connection> {
  const sdk = await loadS3();
  const { endpoint, region } = access;
  const forcePathStyle = access.forcePathStyle ?? endpoint !== undefined;
  const client = new sdk.S3Client({
    maxAttempts: 5,
    requestHandler: { connectionTimeout: resolveLimits(access).timeouts.connect },
    ...given({ endpoint, region }),
    ...(forcePathStyle ? { forcePathStyle } : {}),
  });
  return { sdk, client };
}
