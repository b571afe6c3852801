import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** What a request is answered with instead; nothing for what the server would say. */
export type Trouble = (request: IncomingMessage, key: string, response: ServerResponse) => boolean;

/** An S3 server of as much as the storage uses, for failures that a real one does not give on demand. */
export interface FakeS3 {
  readonly endpoint: string;
  readonly objects: Map<string, Uint8Array>;
  /** Method, key and range of each request. */
  readonly requests: string[];
  /** Uploads that are neither completed nor aborted. */
  readonly uploads: Map<string, Map<number, Uint8Array>>;
  /** The keys of uploads, and when they began, in milliseconds since 1970. */
  readonly begun: Map<string, { readonly key: string; readonly at: number }>;
  /** Parts whose checksum the upload wants again when it is completed. */
  readonly checksums: Map<string, string>;
  trouble: Trouble | undefined;
  /** Whether the answer to a request whose work is done gets lost. */
  lose: ((request: IncomingMessage, key: string) => boolean) | undefined;
}

/** Starts it on a free loopback port; it ends with the test. */
export async function startFakeS3(): Promise<FakeS3> {
  const state: FakeS3 = {
    endpoint: '',
    objects: new Map(),
    requests: [],
    uploads: new Map(),
    begun: new Map(),
    checksums: new Map(),
    trouble: undefined,
    lose: undefined,
  };
  const server = createServer((request, response) => {
    // a client that has had enough
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(state, request, Buffer.concat(chunks), response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(state, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** Bodies of the SDK may come in signed chunks: a size in hexadecimal digits before each. */
function plainBody(request: IncomingMessage, body: Buffer): Buffer {
  if (!(request.headers['content-encoding'] ?? '').includes('aws-chunked')) return body;
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, end).toString(), 16);
    if (!(size > 0)) break;
    pieces.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(pieces);
}

const etagOf = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
/** The CRC-32 as S3 writes it. */
const crcOf = (bytes: Uint8Array): string => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
};
const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function answer(state: FakeS3, request: IncomingMessage, sent: Buffer, response: ServerResponse): void {
  const body = plainBody(request, sent);
  const url = new URL(request.url ?? '/', 'http://x');
  const [, , ...pieces] = url.pathname.split('/');
  const key = decodeURIComponent(pieces.join('/'));
  const { method } = request;
  state.requests.push([method, key, request.headers.range ?? ''].join(' ').trim());
  if (state.trouble?.(request, key, response) === true) return;
  const send = (status: number, text: string | Uint8Array = '', headers: Record<string, string> = {}): void => {
    if (state.lose?.(request, key) === true) return void response.destroy();
    response.writeHead(status, headers);
    response.end(method === 'HEAD' ? undefined : text);
  };
  const fail = (status: number, code: string): void =>
    send(status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`, {
      'content-type': 'application/xml',
    });
  const checksum = request.headers['x-amz-checksum-crc32'];
  if (typeof checksum === 'string' && checksum !== crcOf(body)) return fail(400, 'BadDigest');
  const query = url.searchParams;
  if (method === 'GET' && query.get('list-type') === '2') return send(200, listing(state, query));
  if (method === 'GET' && query.has('uploads')) return send(200, uploading(state, query));
  if (method === 'POST' && query.has('delete')) {
    for (const [, name = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) {
      state.objects.delete(name.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
    }
    return send(200, '<DeleteResult></DeleteResult>');
  }
  if (method === 'POST' && query.has('uploads')) {
    const id = `upload${state.begun.size}`;
    state.uploads.set(id, new Map());
    state.begun.set(id, { key, at: Date.now() });
    return send(200, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
  }
  const upload = state.uploads.get(query.get('uploadId') ?? '');
  if (method === 'PUT' && upload !== undefined) {
    upload.set(Number(query.get('partNumber')), new Uint8Array(body));
    state.checksums.set(`${query.get('uploadId')} ${query.get('partNumber')}`, crcOf(body));
    return send(200, '', { etag: etagOf(body), 'x-amz-checksum-crc32': crcOf(body) });
  }
  if (method === 'DELETE' && upload !== undefined) {
    state.uploads.delete(query.get('uploadId') ?? '');
    return send(204);
  }
  if (method === 'POST' && upload !== undefined) {
    const parts = [...upload].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
    // as S3 does where the upload was begun with a checksum
    const known = [...upload.keys()].map((part) => state.checksums.get(`${query.get('uploadId')} ${part}`) ?? '');
    if (known.some((sum) => !body.includes(sum))) return fail(400, 'InvalidRequest');
    state.objects.set(key, new Uint8Array(Buffer.concat(parts)));
    state.uploads.delete(query.get('uploadId') ?? '');
    return send(200, '<CompleteMultipartUploadResult><ETag>"of-parts-2"</ETag></CompleteMultipartUploadResult>');
  }
  if (query.has('uploadId')) return fail(404, 'NoSuchUpload');
  if (method === 'PUT') return put(state, request, key, body, send, fail);
  const found = state.objects.get(key);
  if (method === 'DELETE') {
    state.objects.delete(key);
    return send(204);
  }
  if (found === undefined) return fail(404, 'NoSuchKey');
  const etag = etagOf(found);
  if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== etag)
    return fail(412, 'PreconditionFailed');
  const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const piece = found.subarray(Number(from), to === '' ? undefined : Number(to) + 1);
  const headers = { etag, 'content-length': String(piece.length) };
  if (request.headers.range === undefined) return send(200, piece, headers);
  const range = `bytes ${from}-${Number(from) + piece.length - 1}/${found.length}`;
  return send(206, piece, { ...headers, 'content-range': range });
}

function put(
  state: FakeS3,
  request: IncomingMessage,
  key: string,
  body: Buffer,
  send: (status: number, text?: string, headers?: Record<string, string>) => void,
  fail: (status: number, code: string) => void,
): void {
  const source = request.headers['x-amz-copy-source'];
  if (request.headers['if-none-match'] === '*' && state.objects.has(key)) return fail(412, 'PreconditionFailed');
  if (typeof source === 'string') {
    const from = state.objects.get(decodeURIComponent(source.slice(source.indexOf('/') + 1)));
    if (from === undefined) return fail(404, 'NoSuchKey');
    state.objects.set(key, from);
    return send(200, `<CopyObjectResult><ETag>${etagOf(from)}</ETag></CopyObjectResult>`);
  }
  state.objects.set(key, new Uint8Array(body));
  return send(200, '', { etag: etagOf(body) });
}

/** Three keys a page, so that there are several. */
function listing({ objects }: FakeS3, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const names = new Map<string, string>();
  for (const [key, bytes] of objects) {
    if (!key.startsWith(prefix)) continue;
    const end = key.indexOf('/', prefix.length);
    const common = key.slice(0, end + 1);
    if (end >= 0) names.set(common, `<CommonPrefixes><Prefix>${escapeXml(common)}</Prefix></CommonPrefixes>`);
    else {
      const fields = `<Key>${escapeXml(key)}</Key><Size>${bytes.length}</Size><ETag>${escapeXml(etagOf(bytes))}</ETag>`;
      names.set(key, `<Contents>${fields}</Contents>`);
    }
  }
  const after = query.get('continuation-token') ?? '';
  const left = [...names].filter(([name]) => name > after).sort(([a], [b]) => (a < b ? -1 : 1));
  const page = left.slice(0, 3);
  const token =
    left.length > 3 ? `<NextContinuationToken>${escapeXml(page.at(-1)?.[0] ?? '')}</NextContinuationToken>` : '';
  return `<ListBucketResult>${page.map(([, xml]) => xml).join('')}${token}</ListBucketResult>`;
}

/** The uploads below a prefix, one a page. */
function uploading({ uploads, begun }: FakeS3, query: URLSearchParams): string {
  const marker = query.get('upload-id-marker') ?? '';
  const left = [...uploads.keys()].filter((id) => {
    const isBelow = (begun.get(id)?.key ?? '').startsWith(query.get('prefix') ?? '');
    return isBelow && id > marker;
  });
  const [id] = left.sort();
  if (id === undefined) return '<ListMultipartUploadsResult></ListMultipartUploadsResult>';
  const { key = '', at = 0 } = begun.get(id) ?? {};
  const initiated = `<Initiated>${new Date(at).toISOString()}</Initiated>`;
  const next = `<NextKeyMarker>${escapeXml(key)}</NextKeyMarker><NextUploadIdMarker>${id}</NextUploadIdMarker>`;
  const more = `<IsTruncated>${left.length > 1}</IsTruncated>${next}`;
  const upload = `<Upload><Key>${escapeXml(key)}</Key><UploadId>${id}</UploadId>${initiated}</Upload>`;
  return `<ListMultipartUploadsResult>${more}${upload}</ListMultipartUploadsResult>`;
}
