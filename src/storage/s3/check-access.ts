import type { Ask, Place } from './s3-ask.ts';
import { statusOf } from './s3-error.ts';
import { deleteObject, putObject, type Encryption } from './s3-objects.ts';
import type { S3Requests } from './s3-requests.ts';

/**
 * Does once, with an empty object of a hidden name, what a writer does with each file, so that a missing permission is found
 * out before the work: removes it while it does not exist, gives up an upload that does not exist, writes it, looks at
 * it, and removes it. Costs five requests.
 * @throws `WRITE_FAILED`, `READ_FAILED`, `TIMED_OUT`
 */
export async function checkAccess(requests: S3Requests, place: Place, encryption: Encryption): Promise<void> {
  // first, so that nothing remains where objects cannot be removed
  await Promise.all([mayRemove(requests, place), mayAbort(requests, place)]);
  try {
    await putObject(requests, place, new Uint8Array(), { overwrite: true, encryption });
  } finally {
    await deleteObject(requests, place, 'settle').catch(() => undefined);
  }
}

async function mayRemove(requests: S3Requests, place: Place): Promise<void> {
  const { sdk, client } = requests.connection;
  const command = new sdk.DeleteObjectCommand({ Bucket: place.bucket, Key: place.key });
  const ask: Ask = { ...place, operation: 'DeleteObject', purpose: 'write' };
  try {
    await requests.ask(ask, command, (sending) => client.send(command, sending));
  } catch (cause) {
    const needed = 'a writer must be allowed to remove objects (s3:DeleteObject), to give files their names';
    throw requests.failure('WRITE_FAILED', needed, place, cause);
  }
}

/** Any answer but a refusal is fine: the upload does not exist. */
async function mayAbort(requests: S3Requests, place: Place): Promise<void> {
  const { sdk, client } = requests.connection;
  const command = new sdk.AbortMultipartUploadCommand({ Bucket: place.bucket, Key: place.key, UploadId: 'none' });
  const ask: Ask = { ...place, operation: 'AbortMultipartUpload', purpose: 'write' };
  try {
    await requests.ask(ask, command, (sending) => client.send(command, sending));
  } catch (cause) {
    if (statusOf(cause) !== 403) return;
    const needed = 'a writer must be allowed to give up uploads (s3:AbortMultipartUpload)';
    throw requests.failure('WRITE_FAILED', needed, place, cause);
  }
}
