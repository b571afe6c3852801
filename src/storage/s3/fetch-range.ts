import { BacktestExportError } from '../../errors.ts';
import { fileChanged } from '../storage-path.ts';
import type { Ask, S3Object } from './s3-ask.ts';
import { readBody } from './read-body.ts';
import { contradiction } from './s3-error.ts';
import type { S3Requests } from './s3-requests.ts';

/** The headers of a response. */
interface AnswerHead {
  readonly $metadata: { readonly httpStatusCode?: number | undefined };
  readonly ETag?: string | undefined;
  readonly ContentRange?: string | undefined;
  readonly ContentLength?: number | undefined;
}

/**
 * Fills `target` with the object's bytes from `position` and returns how many arrived: fewer if the body ended early.
 * The response must match the opened object: its ETag, the requested range and the total length. Nothing is written to
 * `target` after the promise has settled.
 * @throws `FILE_CHANGED`, `READ_FAILED`; what {@link S3Requests.ask} throws if no bytes arrived
 */
export async function fetchRange(
  requests: S3Requests,
  object: S3Object,
  target: Uint8Array,
  position: number,
  signal: AbortSignal,
): Promise<number> {
  const { sdk, client } = requests.connection;
  const { bucket, key, path, version } = object;
  const command = new sdk.GetObjectCommand({
    Bucket: bucket,
    Key: key,
    Range: `bytes=${position}-${position + target.length - 1}`,
    IfMatch: version,
  });
  let read = 0;
  const ask: Ask = { operation: 'GetObject', purpose: 'read', object: true, bucket, key, path, signal };
  try {
    await requests.ask(ask, command, async ({ abortSignal, follow }) => {
      const answer = await client.send(command, { abortSignal });
      assertRange(answer, object, position, target.length);
      follow(() => read);
      read = 0;
      if (answer.Body === undefined) return;
      await readBody(answer.Body as AsyncIterable<Uint8Array>, abortSignal, (piece) => {
        if (piece.length > target.length - read) throw tooLong(object, target.length);
        target.set(piece, read);
        read += piece.length;
      });
    });
  } catch (error) {
    // keep what arrived; nothing new is a failure
    if (read === 0 || error instanceof BacktestExportError || signal.aborted || requests.stopped) throw error;
  }
  return read;
}

/** @throws unless the response is the requested range of the opened object */
function assertRange(answer: AnswerHead, object: S3Object, position: number, length: number): void {
  const { version, size, path } = object;
  const last = position + length - 1;
  if (answer.ETag !== version) throw fileChanged(path, `expected ETag ${version}, found ${answer.ETag ?? 'none'}`);
  const asked = `bytes ${position}-${last}/${size}`;
  if (answer.$metadata.httpStatusCode === 206) {
    if (answer.ContentRange === asked) return;
    const [, total] = /^bytes \d+-\d+\/(\d+)$/.exec(answer.ContentRange ?? '') ?? [];
    if (total !== undefined && Number(total) !== size) {
      throw fileChanged(path, `expected ${size} bytes, found ${total}`);
    }
    throw contradiction('READ_FAILED', `expected ${asked}, found ${answer.ContentRange ?? 'no range'}`, object);
  }
  // a server without ranges returns the whole object, which may be what was requested
  if (position === 0 && length === size && answer.ContentLength === size) return;
  const found = `the whole object (HTTP ${answer.$metadata.httpStatusCode}, ${answer.ContentLength ?? 'unknown'} bytes)`;
  throw contradiction('READ_FAILED', `expected ${asked}, found ${found}`, object);
}

function tooLong(object: S3Object, length: number): BacktestExportError {
  return contradiction('READ_FAILED', `expected ${length} bytes, found more`, object);
}
