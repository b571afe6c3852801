import { BacktestExportError } from '../../errors.ts';
import { fileChanged, notFound } from '../storage-path.ts';
import { isForeign, Passing, statusText } from './url-requests.ts';

/** What a server says of a file. */
export interface KnownUrl {
  readonly size: number;
  /** Its ETag, or else when it was changed; `''` where the server tells neither. */
  readonly version: string;
  /** Whether the server sends only all of it. */
  readonly isWhole: boolean;
}

/** A range that was asked for, of a file that is known. */
export interface AskedRange {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly known: KnownUrl;
}

/** The version in an answer. */
export function versionIn({ headers }: Response): string {
  return headers.get('etag') ?? headers.get('last-modified') ?? '';
}

/** The header that makes a server send all of a file that has changed, instead of a range of it; only for servers that know it. */
export function ifUnchanged(url: string, { version }: KnownUrl): Record<string, string> {
  // of another origin the browser would first have to ask whether this header is allowed
  return version.startsWith('"') && !isForeign(url) ? { 'if-range': version } : {};
}

/** The numbers of `Content-Range: bytes 0-99/1234`; undefined where it is missing, or hidden from the page. */
export function rangeIn({ headers }: Response): { start: number; end: number; total: number | undefined } | undefined {
  const [, start = '', last = '', total = ''] =
    /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (start === '') return undefined;
  return { start: Number(start), end: Number(last) + 1, total: total === '*' ? undefined : Number(total) };
}

/** Checks that an answer holds just the range that was asked for, of the same version. @throws `FILE_CHANGED`, `READ_FAILED` */
export function checkRange(response: Response, { path, start, end, known }: AskedRange): void {
  const { status } = response;
  if (status === 404 || status === 410) throw fileChanged(path, 'it no longer exists');
  if (status === 416) throw fileChanged(path, `expected ${known.size} bytes, found fewer`);
  if (status === 412) throw otherVersion(path);
  const version = versionIn(response);
  if (version !== '' && known.version !== '' && version !== known.version) {
    throw fileChanged(path, `expected version ${known.version}, found ${version}`);
  }
  if (status !== 206) throw refused(path, `expected a part of the file, found the answer ${statusText(response)}`);
  assertPlain(response, path);
  const found = rangeIn(response);
  if (found === undefined) return; // its length is still checked
  if (found.total !== undefined && found.total !== known.size) {
    throw fileChanged(path, `expected ${known.size} bytes, found ${found.total}`);
  }
  if (found.start === start && found.end === end) return;
  throw refused(path, `expected bytes ${start} to ${end}, found ${found.start} to ${found.end}`);
}

/** @throws `FILE_NOT_FOUND`, `READ_FAILED` for an answer that is no success, or packed on its way */
export function assertFound(response: Response, path: string): void {
  if (response.status === 404 || response.status === 410) throw notFound(path, 'file');
  if (response.status === 412) throw otherVersion(path);
  if (!response.ok) throw refused(path, `the server answered ${statusText(response)}`);
  assertPlain(response, path);
}

/** Ranges of what was packed on its way are ranges of nothing, and lengths are of something else. */
function assertPlain({ headers }: Response, path: string): void {
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity')
    throw refused(path, `expected the file as it is, found it packed (Content-Encoding: ${encoding})`);
  if (headers.get('content-type')?.startsWith('multipart/') === true)
    throw refused(path, 'expected one range, found several');
}

/** 412: of a server that knows which version it has told of, as `backtest-export view` does. */
function otherVersion(path: string): BacktestExportError {
  return fileChanged(path, 'its server no longer has the version that it told of (412)');
}

/**
 * The bytes of an answer, exactly `length` of them.
 * @throws `READ_FAILED` for more; {@link Passing} for fewer
 */
export async function readBody(
  response: Response,
  { path, length, onPiece }: { readonly path: string; readonly length: number; readonly onPiece: () => void },
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const reader = response.body?.getReader();
  let done = 0;
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
    onPiece();
    if (next.value.length > length - done) throw refused(path, `expected ${length} bytes, found more`);
    bytes.set(next.value, done);
    done += next.value.length;
  }
  if (done === length) return bytes;
  throw new Passing(`the answer ended after ${done} of ${length} bytes`);
}

/** An answer that cannot be used. */
export function refused(file: string, problem: string): BacktestExportError {
  return new BacktestExportError('READ_FAILED', problem, { position: { file } });
}
