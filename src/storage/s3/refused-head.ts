import { given } from '../../given.ts';
import type { Ask, Place, Purpose } from './s3-ask.ts';
import { gaveNoReason, statusOf } from './s3-error.ts';
import type { S3Requests } from './s3-requests.ts';

/** A refused request that was to examine an object. */
interface Refusal {
  readonly place: Place;
  readonly purpose: Purpose;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds out what a refused HEAD means: undefined if the object is missing, otherwise the error to report. S3 answers 403
 * for a missing object if the role may not list the whole bucket (also if it may list a prefix): a listing then tells. The
 * response to HEAD has no body, so that a GET of one byte is sent to learn S3's own reason. Costs at most two requests.
 */
export async function explainRefusal(requests: S3Requests, refusal: Refusal, cause: unknown): Promise<unknown> {
  const { place } = refusal;
  const status = statusOf(cause);
  if (status === 0 || requests.stopped) return cause;
  try {
    if (status === 403 && (await firstKey(requests, refusal, place.key)) !== place.key) return undefined;
  } catch {
    // not allowed to list either
  }
  if (!gaveNoReason(cause)) return cause;
  const reason = await reasonOfGet(requests, refusal);
  return reason ?? cause;
}

/** The first key that begins with `prefix`; undefined if there is none. @throws what the SDK throws; `TIMED_OUT` */
export async function firstKey(
  requests: S3Requests,
  { place, purpose, signal }: Refusal,
  prefix: string,
): Promise<string | undefined> {
  const { sdk, client } = requests.connection;
  const command = new sdk.ListObjectsV2Command({ Bucket: place.bucket, Prefix: prefix, MaxKeys: 1 });
  const ask: Ask = { ...place, operation: 'ListObjectsV2', purpose, ...given({ signal }) };
  const page = await requests.ask(ask, command, (sending) => client.send(command, sending));
  return page.Contents?.[0]?.Key;
}

/** The error of a GET of one byte; undefined if it succeeds. */
async function reasonOfGet(requests: S3Requests, { place, purpose, signal }: Refusal): Promise<unknown> {
  const { sdk, client } = requests.connection;
  const { bucket: Bucket, key: Key } = place;
  const command = new sdk.GetObjectCommand({ Bucket, Key, Range: 'bytes=0-0' });
  const ask: Ask = { ...place, operation: 'GetObject', purpose, ...given({ signal }) };
  try {
    await requests.ask(ask, command, async (sending) => {
      const { Body } = await client.send(command, sending);
      await Body?.transformToByteArray();
    });
    return undefined;
  } catch (error) {
    return gaveNoReason(error) || statusOf(error) === 416 ? undefined : error;
  }
}
