import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BacktestExportError, type ErrorCode } from '../../errors.ts';
import type { StorageFile } from '../../storage/storage.ts';
import { parseRange, type ByteRange } from './byte-range.ts';
import type { ListedFile, ServedExports } from './served-exports.ts';

/** Bytes that are read at a time: what one answer holds. */
const pieceBytes = 256 * 1024;

/** The ETag of a file: a strong one, of its version. */
export function etagOf({ version }: Pick<ListedFile, 'version'>): string {
  return `"${createHash('sha256').update(version).digest('base64url').slice(0, 22)}"`;
}

/**
 * Answers with a file or a range of it. A file that has changed since it was listed is 412, one that is gone 404; where it changes
 * while it is sent, the connection is cut, so that what was sent cannot be taken for whole.
 */
export async function sendFile(
  exports: ServedExports,
  listed: ListedFile,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const etag = etagOf(listed);
  const { 'if-match': ifMatch, 'if-range': ifRange, range: asked } = request.headers;
  if (ifMatch !== undefined && ifMatch !== '*' && !ifMatch.split(/, */).includes(etag)) return refuse(response, 412);
  // only a GET can ask for a range (RFC 9110, section 14.2)
  const isAsked = request.method === 'GET' && (ifRange === undefined || ifRange === etag);
  const range = parseRange(isAsked ? asked : undefined, listed.size);
  if (range === 'none') {
    response.setHeader('content-range', `bytes */${listed.size}`);
    return refuse(response, 416);
  }
  let file: StorageFile;
  try {
    file = await exports.open(listed.path);
  } catch (error) {
    return refuse(response, (error instanceof BacktestExportError && statuses.get(error.code)) || 500);
  }
  try {
    // opened, or of a storage that looks only when it is read
    if (file.version !== listed.version) return refuse(response, 412);
    await send(file, range ?? { from: 0, to: listed.size }, range !== undefined, request, response, etag);
  } finally {
    await file.close();
  }
}

/** Of a file that is no longer what was listed; after 500 it is asked for again. */
const statuses: ReadonlyMap<ErrorCode, number> = new Map([
  ['FILE_NOT_FOUND', 404],
  ['FILE_CHANGED', 412],
  ['FILE_NOT_REGULAR', 412],
  ['FILE_OUTSIDE_FOLDER', 412],
]);

async function send(
  file: StorageFile,
  { from, to }: ByteRange,
  isPart: boolean,
  request: IncomingMessage,
  response: ServerResponse,
  etag: string,
): Promise<void> {
  response.setHeader('content-type', 'application/octet-stream');
  response.setHeader('content-length', to - from);
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('etag', etag);
  if (isPart) response.setHeader('content-range', `bytes ${from}-${to - 1}/${file.size}`);
  response.writeHead(isPart ? 206 : 200);
  if (request.method === 'HEAD') return void response.end();
  // where either end fails, both are closed: the client is gone, or the file has changed
  await pipeline(Readable.from(piecesOf(file, from, to), { objectMode: false }), response).catch(() => undefined);
}

/** A piece belongs to whoever gets it, as the socket may keep it for a while. */
async function* piecesOf(file: StorageFile, from: number, to: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = from; at < to;) {
    const piece = new Uint8Array(Math.min(pieceBytes, to - at));
    const read = await file.read(piece, at);
    if (read !== piece.length) throw new Error('the file has become shorter');
    at += read;
    if (at === to) await file.assertUnchanged();
    yield piece;
  }
}

/** An answer that says only its status. */
export function refuse(response: ServerResponse, status: number): void {
  response.setHeader('content-length', 0);
  response.writeHead(status).end();
}
