import type { CopyObjectCommandInput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import { crc32 } from 'node:zlib';
import { BacktestExportError } from '../../errors.ts';
import { given } from '../../given.ts';
import { loadCrypto } from '../load-crypto.ts';
import { fileExists, notFound } from '../storage-path.ts';
import type { Ask, Place, Purpose } from './s3-ask.ts';
import { contradiction, statusOf, wasSentAgain } from './s3-error.ts';
import { explainRefusal } from './refused-head.ts';
import type { S3Requests } from './s3-requests.ts';

/** The HEAD of an object. */
export interface ObjectHead {
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
}

/** Fields of write requests: the key that encrypts an object. */
export interface Encryption {
  readonly ServerSideEncryption?: 'aws:kms';
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
}

/**
 * Requests size and ETag of an object; undefined if it does not exist. @throws `READ_FAILED`, also without size or ETag
 */
export async function headObject(
  requests: S3Requests,
  place: Place,
  purpose: Extract<Purpose, 'read' | 'settle'>,
  signal?: AbortSignal,
): Promise<ObjectHead | undefined> {
  const { sdk, client } = requests.connection;
  const { bucket: Bucket, key: Key } = place;
  const command = new sdk.HeadObjectCommand({ Bucket, Key });
  const ask: Ask = { operation: 'HeadObject', purpose, ...place, ...given({ signal }) };
  try {
    const answer = await requests.ask(ask, command, (options) => client.send(command, options));
    const { ContentLength: size, ETag: etag } = answer;
    if (size === undefined || !Number.isSafeInteger(size) || size < 0 || etag === undefined || etag === '') {
      const found = `length ${size ?? 'none'} and ETag ${etag ?? 'none'}`;
      throw contradiction('READ_FAILED', `expected the length and the ETag of the object, found ${found}`, place);
    }
    return { size, etag };
  } catch (cause) {
    if (statusOf(cause) === 404) return undefined;
    const reason = await explainRefusal(requests, { place, purpose, signal }, cause);
    if (reason === undefined) return undefined;
    throw requests.failure('READ_FAILED', 'the object cannot be examined', place, reason);
  }
}

/**
 * Writes a whole object, checks it, and returns its ETag. Without `overwrite` S3 itself refuses an existing key. @throws `WRITE_FAILED`
 */
export async function putObject(
  requests: S3Requests,
  place: Place,
  Body: Uint8Array,
  options: { readonly overwrite: boolean; readonly encryption: Encryption },
): Promise<string> {
  const { sdk, client } = requests.connection;
  const ChecksumCRC32 = checksumOf(Body);
  const input: PutObjectCommandInput = {
    Bucket: place.bucket,
    Key: place.key,
    Body,
    ChecksumCRC32,
    ...(options.overwrite ? {} : { IfNoneMatch: '*' }),
    ...options.encryption,
  };
  const command = new sdk.PutObjectCommand(input);
  const ask: Ask = { operation: 'PutObject', purpose: 'write', bytes: Body.length, ...place };
  try {
    const answer = await requests.ask(ask, command, (sending) => client.send(command, sending));
    return await assertWritten(requests, place, { size: Body.length, etag: answer.ETag }, options.overwrite, () =>
      assertChecksum(answer.ChecksumCRC32, ChecksumCRC32, place),
    );
  } catch (cause) {
    if (!options.overwrite && (await isAlreadyDone(requests, place, cause, () => headOf(Body)))) return '';
    throw requests.failure('WRITE_FAILED', 'the object cannot be written', place, cause);
  }
}

/**
 * Checks what was written. A wrong object with the reported ETag is removed again, best effort; so is one that cannot be
 * checked, unless it has replaced another: removing it would lose both.
 */
async function assertWritten(
  requests: S3Requests,
  place: Place,
  reported: { readonly size: number; readonly etag: string | undefined },
  overwrite: boolean,
  check: () => void,
): Promise<string> {
  let isAsReceived = false;
  try {
    check();
    isAsReceived = true;
    return await assertStored(requests, place, reported, 'read');
  } catch (error) {
    const isWrong = error instanceof BacktestExportError && error.code === 'WRITE_FAILED';
    if (overwrite && !isWrong) throw error;
    const found = await headObject(requests, place, 'settle').catch(() => undefined);
    if (reported.etag === undefined || found === undefined || bare(found.etag) !== bare(reported.etag)) throw error;
    // the first answer was the wrong one
    if (isAsReceived && isWrong && found.size === reported.size) return found.etag;
    await deleteObject(requests, place, 'clean').catch(() => undefined);
    throw error;
  }
}

/** The input of a copy. */
export interface Copy {
  readonly from: Place;
  readonly to: Place;
  /** Bytes that its writer wrote, if known. */
  readonly size?: number;
  readonly overwrite: boolean;
  readonly encryption: Encryption;
}

/**
 * Copies an object (at most 5 GB) within S3 and checks the copy: its length and the ETag in the response must match. So
 * a copy that was reported but not made is detected while the source still exists.
 * @throws `WRITE_FAILED`, `FILE_EXISTS`, `FILE_NOT_FOUND` without a source
 */
export async function copyObject(requests: S3Requests, copy: Copy): Promise<void> {
  const { from, to, overwrite } = copy;
  const source = await headObject(requests, from, 'settle');
  if (source === undefined) throw notFound(from.path, 'file');
  const { size } = source;
  if (copy.size !== undefined && copy.size !== size) throw stored(from, `${copy.size} bytes`, `${size}`);
  const before = await headObject(requests, to, 'settle');
  if (!overwrite && before !== undefined) throw fileExists(to.path);
  const etag = await sendCopy(requests, copy, source);
  try {
    await assertStored(requests, to, { size, etag }, 'settle');
  } catch (cause) {
    throw requests.failure('WRITE_FAILED', 'the object cannot get its name', to, cause);
  }
}

/**
 * Copies an object of which the HEAD is known, and returns the ETag that S3 reports of the copy, which is not looked at.
 * @throws `WRITE_FAILED`, `FILE_EXISTS`
 */
export async function sendCopy(
  requests: S3Requests,
  { from, to, overwrite, encryption }: Copy,
  source: ObjectHead,
): Promise<string> {
  const { sdk, client } = requests.connection;
  const input: CopyObjectCommandInput = {
    Bucket: to.bucket,
    Key: to.key,
    CopySource: `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`,
    CopySourceIfMatch: source.etag,
    // ignored by services that do not support it
    ...(overwrite ? {} : { IfNoneMatch: '*' }),
    ...encryption,
  };
  const command = new sdk.CopyObjectCommand(input);
  try {
    const ask: Ask = { operation: 'CopyObject', purpose: 'copy', ...to };
    const { CopyObjectResult: reported } = await requests.ask(ask, command, (sending) => client.send(command, sending));
    const etag = reported?.ETag;
    if (etag === undefined || etag === '') throw stored(to, 'the ETag of the copy', 'an answer without one');
    return etag;
  } catch (cause) {
    if (!overwrite && (await isAlreadyDone(requests, to, cause, () => source))) return source.etag;
    throw requests.failure('WRITE_FAILED', 'the object cannot get its name', to, cause);
  }
}

/**
 * Whether a request for a new object was refused only because its first sending had made the object, whose answer was
 * lost: the object has the expected length and ETag. ETags of objects in several parts, or encrypted by a KMS key, cannot be
 * known in advance; such an object counts as another one.
 */
async function isAlreadyDone(
  requests: S3Requests,
  place: Place,
  refusal: unknown,
  expected: () => ObjectHead,
): Promise<boolean> {
  if (statusOf(refusal) !== 412 || !wasSentAgain(refusal)) return false;
  const found = await headObject(requests, place, 'settle').catch(() => undefined);
  const { size, etag } = expected();
  return found?.size === size && bare(found.etag) === bare(etag);
}

/** The HEAD of an object with these bytes, if S3 keeps them in one part and as they are. */
function headOf(bytes: Uint8Array): ObjectHead {
  return { size: bytes.length, etag: loadCrypto().createHash('md5').update(bytes).digest('hex') };
}

/** Removes an object; has no effect if it is gone. @throws `WRITE_FAILED` */
export async function deleteObject(
  requests: S3Requests,
  place: Place,
  purpose: Extract<Purpose, 'settle' | 'clean'>,
): Promise<void> {
  const { sdk, client } = requests.connection;
  const command = new sdk.DeleteObjectCommand({ Bucket: place.bucket, Key: place.key });
  const ask: Ask = { operation: 'DeleteObject', purpose, ...place };
  try {
    await requests.ask(ask, command, (sending) => client.send(command, sending));
  } catch (cause) {
    throw requests.failure('WRITE_FAILED', 'the object cannot be removed', place, cause);
  }
}

/** The CRC-32 of bytes in S3's spelling. S3 compares it with what it received. */
export function checksumOf(bytes: Uint8Array): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
}

/** Compares the checksum that S3 reports, if any. @throws `WRITE_FAILED` */
export function assertChecksum(reported: string | undefined, expected: string, place: Place): void {
  if (reported !== undefined && reported !== expected) throw stored(place, `CRC-32 ${expected}`, reported);
}

/** Checks a written object, and returns its ETag. @throws `WRITE_FAILED` unless it exists with its length and the reported ETag */
export async function assertStored(
  requests: S3Requests,
  place: Place,
  reported: { readonly size: number; readonly etag: string | undefined },
  purpose: Extract<Purpose, 'read' | 'settle'>,
): Promise<string> {
  const found = await headObject(requests, place, purpose);
  if (found === undefined) throw stored(place, `${reported.size} bytes`, 'no object');
  if (found.size !== reported.size) throw stored(place, `${reported.size} bytes`, `${found.size}`);
  if (reported.etag !== undefined && bare(reported.etag) !== bare(found.etag)) {
    throw stored(place, `ETag ${reported.etag}, which S3 reported when it was written`, found.etag);
  }
  return found.etag;
}

function stored(place: Place, expected: string, found: string): Error {
  return contradiction(
    'WRITE_FAILED',
    `S3 does not have what was written: expected ${expected}, found ${found}`,
    place,
  );
}

/** An ETag without quotes, which some servers omit in XML. */
export function bare(etag: string): string {
  return etag.replaceAll('"', '');
}
