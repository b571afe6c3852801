import { assertFound, rangeIn, refused, versionIn, type KnownUrl } from './url-answers.ts';
import type { UrlQuestion, UrlRequests } from './url-requests.ts';

/** What a page may see of an answer to a request for the first byte. */
type Seen = KnownUrl | { readonly size: undefined; readonly version: string };

/**
 * Asks a server for the size and version of a file, by its first byte: a signed URL is often only good for GET.
 * @throws `FILE_NOT_FOUND`, `READ_FAILED`, `TIMED_OUT`, the signal's reason
 */
export async function probeUrl(requests: UrlRequests, question: UrlQuestion, signal: AbortSignal): Promise<KnownUrl> {
  const headers = { range: 'bytes=0-0' };
  const seen = await requests.ask({ ...question, headers }, signal, async (response): Promise<Seen> => {
    const version = versionIn(response);
    if (response.status === 416) return emptyOr(response, version);
    assertFound(response, question.path);
    if (response.status === 206) {
      const size = rangeIn(response)?.total;
      return size === undefined ? { size, version } : { size, version, isWhole: false };
    }
    return { size: lengthIn(response, question.path), version, isWhole: true };
  });
  if (seen.size !== undefined) return seen;
  // the page may not see Content-Range, but a browser always shows the length
  return requests.ask({ ...question, method: 'HEAD' }, signal, async (response) => {
    assertFound(response, question.path);
    return { size: lengthIn(response, question.path), version: seen.version, isWhole: false };
  });
}

/** A file without bytes has no first one. */
function emptyOr(response: Response, version: string): Seen {
  const isEmpty = response.headers.get('content-range') === 'bytes */0';
  return isEmpty ? { size: 0, version, isWhole: false } : { size: undefined, version };
}

/** @throws `READ_FAILED` */
function lengthIn({ headers }: Response, path: string): number {
  const text = headers.get('content-length') ?? '';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const hint = 'of another origin, it has to be sent with Access-Control-Expose-Headers: Content-Range, ETag';
  throw refused(
    path,
    `expected a server that tells the size of a file, found neither Content-Range nor Content-Length; ${hint}`,
  );
}
