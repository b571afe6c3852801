import type { IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import type { FakeS3, Trouble } from './fake-s3.ts';

const xml = { 'content-type': 'application/xml' };

/** The object of a request, and the piece of it that is asked for. */
function asked(
  { objects }: FakeS3,
  request: IncomingMessage,
  key: string,
): { piece: Uint8Array; range: string; size: number } {
  const bytes = objects.get(key) ?? new Uint8Array();
  const [, from = '0', to = String(bytes.length - 1)] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
  const piece = bytes.subarray(Number(from), Number(to) + 1);
  return { piece, range: `bytes ${from}-${Number(from) + piece.length - 1}/${bytes.length}`, size: bytes.length };
}

/** Answers a GET of an object in another way: headers over the right ones, another status, another body. */
function otherGet(
  s3: FakeS3,
  change: (right: { readonly piece: Uint8Array; readonly range: string; readonly size: number }) => {
    readonly status?: number;
    readonly headers?: Record<string, string>;
    readonly body?: Uint8Array;
  },
): Trouble {
  return (request, key, response) => {
    if (request.method !== 'GET' || !s3.objects.has(key)) return false;
    const right = asked(s3, request, key);
    const { status = 206, headers = {}, body = right.piece } = change(right);
    const etag = request.headers['if-match'] ?? '"none"';
    const all = { etag, 'content-range': right.range, 'content-length': String(body.length), ...headers };
    response.writeHead(status, all);
    response.end(body);
    return true;
  };
}

function isListing(request: IncomingMessage): boolean {
  return (request.url ?? '').includes('list-type=2');
}

/** A page of a listing with the given XML in it. */
function page(response: ServerResponse, inside: string): true {
  response.writeHead(200, xml);
  response.end(`<ListBucketResult>${inside}</ListBucketResult>`);
  return true;
}

/** Sends a byte every 5 ms as long as the client listens. */
function drip(response: ServerResponse, bytes: Uint8Array): void {
  let at = 0;
  const timer = setInterval(() => response.write(bytes.subarray(at, ++at)), 5);
  const stop = (): void => clearInterval(timer);
  response.on('close', stop);
  onTestFinished(stop);
}

/** What S3 servers do that must not be believed or waited for, by name. */
export const hostility = {
  /** No request gets an answer. */
  silent: (): Trouble => () => true,
  /** Bytes of an object stop half-way. */
  stall:
    (s3: FakeS3): Trouble =>
    (request, key, response) => {
      if (request.method !== 'GET' || !s3.objects.has(key)) return false;
      const { piece, range } = asked(s3, request, key);
      const etag = String(request.headers['if-match']);
      response.writeHead(206, { etag, 'content-range': range, 'content-length': String(piece.length) });
      response.write(piece.subarray(0, piece.length / 2));
      return true;
    },
  /** Bytes of an object come one at a time. */
  drip:
    (s3: FakeS3): Trouble =>
    (request, key, response) => {
      if (request.method !== 'GET' || !s3.objects.has(key)) return false;
      const { piece, range } = asked(s3, request, key);
      const etag = String(request.headers['if-match']);
      response.writeHead(206, { etag, 'content-range': range, 'content-length': String(piece.length) });
      drip(response, piece);
      return true;
    },
  /** A listing comes one byte at a time. */
  dripList: (): Trouble => (request, _, response) => {
    if (!isListing(request)) return false;
    response.writeHead(200, xml);
    drip(response, new Uint8Array(10_000_000).fill(0x20));
    return true;
  },
  /** A listing that names the same next page for ever. */
  listLoop: (): Trouble => (request, _, response) =>
    isListing(request) && page(response, '<NextContinuationToken>same</NextContinuationToken>'),
  /** A listing with a next page for ever, each with nothing, the same, or new names. */
  listEndless: (names: (page: number) => readonly string[]): Trouble => {
    let pages = 0;
    return (request, _, response) => {
      if (!isListing(request)) return false;
      const number = pages++;
      const contents = names(number).map((name) => `<Contents><Key>${name}</Key><Size>1</Size></Contents>`);
      const token = `<NextContinuationToken>t${number}</NextContinuationToken>`;
      return page(response, `<IsTruncated>true</IsTruncated>${contents.join('')}${token}`);
    };
  },
  /** A listing whose one page never ends, as fast as the client takes it. */
  hugePage: (): Trouble => (request, _, response) => {
    if (!isListing(request)) return false;
    response.writeHead(200, xml);
    const more = (): void => {
      if (!response.destroyed) response.write(' '.repeat(1_000_000), () => setImmediate(more));
    };
    response.write('<ListBucketResult>');
    more();
    return true;
  },
  /** HEAD tells this length, or none. */
  headLength:
    (length: number | undefined, etag: string): Trouble =>
    (request, key, response) => {
      if (request.method !== 'HEAD' || key.includes('.backtest-export-')) return false;
      response.writeHead(200, { etag, ...(length === undefined ? {} : { 'content-length': String(length) }) });
      response.end();
      return true;
    },
  otherEtag: (s3: FakeS3): Trouble => otherGet(s3, () => ({ headers: { etag: '"other"' } })),
  otherTotal: (s3: FakeS3): Trouble =>
    otherGet(s3, ({ range }) => ({ headers: { 'content-range': range.replace(/\d+$/, (total) => `${total}0`) } })),
  /** The range before the one that was asked for. */
  otherRange: (s3: FakeS3): Trouble =>
    otherGet(s3, ({ range }) => ({ headers: { 'content-range': range.replace(/\d+-(\d+)/, '0-$1') } })),
  noRange: (s3: FakeS3): Trouble =>
    otherGet(s3, ({ size }) => ({ status: 200, body: new Uint8Array(size), headers: { 'content-range': '' } })),
  tooLong: (s3: FakeS3): Trouble =>
    otherGet(s3, ({ piece }) => ({ body: Buffer.concat([piece, Buffer.from('junk')]) })),
  empty: (s3: FakeS3): Trouble => otherGet(s3, () => ({ body: new Uint8Array() })),
  /** A copy that is answered and not made. */
  copyLie: (): Trouble => (request, _, response) => {
    if (request.headers['x-amz-copy-source'] === undefined) return false;
    response.writeHead(200, xml);
    response.end('<CopyObjectResult><ETag>"told"</ETag></CopyObjectResult>');
    return true;
  },
  /** A copy of half the bytes. */
  copyHalf:
    (s3: FakeS3): Trouble =>
    (request, key, response) => {
      const source = request.headers['x-amz-copy-source'];
      if (typeof source !== 'string') return false;
      const bytes = s3.objects.get(decodeURIComponent(source.slice(source.indexOf('/') + 1))) ?? new Uint8Array();
      s3.objects.set(key, bytes.slice(0, bytes.length / 2));
      response.writeHead(200, xml);
      response.end('<CopyObjectResult><ETag>"told"</ETag></CopyObjectResult>');
      return true;
    },
  /** A new object loses half of its bytes. */
  putHalf: (s3: FakeS3): Trouble => {
    return (request, key, response) => {
      if (request.method !== 'PUT' || (request.url ?? '').includes('partNumber')) return false;
      s3.objects.set(key, new Uint8Array(3));
      response.writeHead(200, { etag: '"half"' });
      response.end();
      return true;
    };
  },
  /** Answers the requests of one method with a status, and an error code where its answers have a body. */
  refuse:
    (method: string, status: number, code: string): Trouble =>
    (request, _, response) => {
      if (request.method !== method) return false;
      response.writeHead(status, xml);
      response.end(method === 'HEAD' ? undefined : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
      return true;
    },
  /** Answers the requests of one method never. */
  mute:
    (method: string): Trouble =>
    (request) =>
      request.method === method,
};
