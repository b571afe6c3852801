/**
 * `node bench/s3-server.mjs FOLDER [MILLISECONDS]`: the files of a folder as objects of the bucket `bench`, as much of S3 as
 * this library needs, on a free loopback port that it prints. Each request is answered after so many milliseconds. What is
 * written is kept in memory. It costs little, so that what is measured is the client; moto, which the tests use, gave ranges
 * of 4 MiB at 99 MB/s and of 16 MiB at 223 MB/s, since it copies the whole object for each.
 *
 * `GET /_counts` gives the requests by operation and the bytes of objects in and out since the last time, as JSON;
 * `PUT /_latency?ms=25` sets the delay; `DELETE /_written` forgets what was written.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const root = process.argv[2];
let latency = Number(process.argv[3] ?? 0);
/** By key: what was written, and files that were read. */
const written = new Map();
const files = new Map();
const uploads = new Map();
let counts = { requests: {}, read: 0, written: 0 };

const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const crcEtag = (bytes) => `"${createHash('md5').update(bytes).digest('hex')}"`;
const isoTime = new Date().toISOString();

function find(key) {
  const own = written.get(key);
  if (own !== undefined) return own;
  const path = join(root, key);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return undefined;
  const etag = `"${stats.size}-${stats.mtimeMs}"`;
  const known = files.get(key);
  if (known?.etag === etag) return known;
  closeSync(openSync(path));
  const found = { bytes: readFileSync(path), etag };
  files.set(key, found);
  return found;
}

function list(prefix, after) {
  const names = new Map();
  const add = (key, xml) => names.set(key, xml);
  const contents = (key, size, etag) =>
    `<Contents><Key>${escapeXml(key)}</Key><LastModified>${isoTime}</LastModified><Size>${size}</Size><ETag>${escapeXml(etag)}</ETag></Contents>`;
  const common = (key) => `<CommonPrefixes><Prefix>${escapeXml(key)}</Prefix></CommonPrefixes>`;
  const folder = join(root, prefix);
  const entries = statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(folder, { withFileTypes: true })
    : [];
  for (const entry of entries) {
    const key = prefix + entry.name;
    if (entry.isDirectory()) add(`${key}/`, common(`${key}/`));
    else {
      const stats = statSync(join(folder, entry.name));
      add(key, contents(key, stats.size, `"${stats.size}-${stats.mtimeMs}"`));
    }
  }
  for (const [key, { bytes, etag }] of written) {
    if (!key.startsWith(prefix)) continue;
    const end = key.indexOf('/', prefix.length);
    if (end >= 0) add(key.slice(0, end + 1), common(key.slice(0, end + 1)));
    else add(key, contents(key, bytes.length, etag));
  }
  const left = [...names].filter(([name]) => name > after).sort(([a], [b]) => (a < b ? -1 : 1));
  const page = left.slice(0, 1000);
  const token = left.length > 1000 ? `<NextContinuationToken>${escapeXml(page.at(-1)[0])}</NextContinuationToken>` : '';
  return `<ListBucketResult>${page.map(([, xml]) => xml).join('')}${token}</ListBucketResult>`;
}

/** Bodies of the SDK may come in signed chunks: a size in hexadecimal digits before each. */
function plainBody(request, body) {
  if (!(request.headers['content-encoding'] ?? '').includes('aws-chunked')) return body;
  const pieces = [];
  for (let at = 0; at < body.length;) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, end).toString(), 16);
    if (!(size > 0)) break;
    pieces.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(pieces);
}

function nameOf({ method, headers }, query) {
  if (query.has('uploads')) return 'CreateMultipartUpload';
  if (query.has('uploadId')) {
    return { PUT: 'UploadPart', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }[method];
  }
  if (query.has('delete')) return 'DeleteObjects';
  if (query.get('list-type') === '2') return 'ListObjectsV2';
  if (method === 'PUT' && headers['x-amz-copy-source'] !== undefined) return 'CopyObject';
  return { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[method] ?? method;
}

function answer(request, sent, send) {
  const url = new URL(request.url, 'http://x');
  const query = url.searchParams;
  const key = decodeURIComponent(url.pathname).replace(/^\/bench\/?/, '');
  const operation = nameOf(request, query);
  counts.requests[operation] = (counts.requests[operation] ?? 0) + 1;
  const body = plainBody(request, sent);
  const store = (bytes) => {
    written.set(key, { bytes, etag: crcEtag(bytes.subarray(0, 1 << 16)) });
    return written.get(key);
  };
  switch (operation) {
    case 'ListObjectsV2':
      return send(200, list(query.get('prefix') ?? '', query.get('continuation-token') ?? ''));
    case 'CreateMultipartUpload': {
      const id = `upload${uploads.size}`;
      uploads.set(id, []);
      return send(200, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    case 'UploadPart':
      uploads.get(query.get('uploadId'))[Number(query.get('partNumber'))] = body;
      counts.written += body.length;
      return send(200, '', {
        etag: crcEtag(body.subarray(0, 1 << 16)),
        ...pick(request.headers, 'x-amz-checksum-crc32'),
      });
    case 'CompleteMultipartUpload': {
      const { etag } = store(Buffer.concat(uploads.get(query.get('uploadId')).filter((part) => part !== undefined)));
      uploads.set(query.get('uploadId'), []);
      return send(
        200,
        `<CompleteMultipartUploadResult><ETag>${escapeXml(etag)}</ETag></CompleteMultipartUploadResult>`,
      );
    }
    case 'AbortMultipartUpload':
      return send(204);
    case 'DeleteObjects': {
      const keys = [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, each]) => each);
      for (const each of keys) written.delete(each.replaceAll('&amp;', '&'));
      return send(200, '<DeleteResult></DeleteResult>');
    }
    case 'CopyObject': {
      const source = find(decodeURIComponent(request.headers['x-amz-copy-source']).replace(/^\/?bench\//, ''));
      if (source === undefined) return send(404, '<Error><Code>NoSuchKey</Code></Error>');
      written.set(key, source);
      return send(200, `<CopyObjectResult><ETag>${escapeXml(source.etag)}</ETag></CopyObjectResult>`);
    }
    case 'PutObject': {
      if (request.headers['if-none-match'] === '*' && find(key) !== undefined) {
        return send(412, '<Error><Code>PreconditionFailed</Code></Error>');
      }
      counts.written += body.length;
      return send(200, '', { etag: store(body).etag, ...pick(request.headers, 'x-amz-checksum-crc32') });
    }
    case 'DeleteObject':
      written.delete(key);
      return send(204);
  }
  const found = find(key);
  if (found === undefined) return send(404, operation === 'HeadObject' ? '' : '<Error><Code>NoSuchKey</Code></Error>');
  const { bytes, etag } = found;
  if ((request.headers['if-match'] ?? etag) !== etag) {
    return send(412, '<Error><Code>PreconditionFailed</Code></Error>');
  }
  const range = /bytes=(\d*)-(\d*)/.exec(request.headers.range ?? '');
  const from = range === null ? 0 : range[1] === '' ? Math.max(0, bytes.length - Number(range[2])) : Number(range[1]);
  const to =
    range === null || range[1] === '' || range[2] === ''
      ? bytes.length - 1
      : Math.min(Number(range[2]), bytes.length - 1);
  if (operation === 'HeadObject') return send(200, '', { etag, 'content-length': bytes.length });
  if (range !== null && from >= bytes.length) return send(416, '<Error><Code>InvalidRange</Code></Error>');
  counts.read += to - from + 1;
  const more = range === null ? {} : { 'content-range': `bytes ${from}-${to}/${bytes.length}` };
  return send(range === null ? 200 : 206, bytes.subarray(from, to + 1), { etag, ...more });
}

function pick(headers, name) {
  return headers[name] === undefined ? {} : { [name]: headers[name] };
}

function control(request, response) {
  if (request.url === '/_counts') {
    response.end(JSON.stringify(counts));
    counts = { requests: {}, read: 0, written: 0 };
  } else {
    if (request.method === 'DELETE') written.clear();
    else latency = Number(new URL(request.url, 'http://x').searchParams.get('ms'));
    response.end();
  }
}

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    if (request.url.startsWith('/_')) return control(request, response);
    const send = (status, body = '', headers = {}) => {
      response.writeHead(status, { 'content-length': body.length === 0 ? 0 : Buffer.byteLength(body), ...headers });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const act = () => answer(request, Buffer.concat(pieces), send);
    return latency === 0 ? act() : setTimeout(act, latency);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
