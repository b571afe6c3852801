/**
 * `node bench/s3-server.mjs FOLDER`: the files of a folder as objects of the bucket `bench`, as much of S3 as reading needs,
 * on a free loopback port that it prints. It reads as fast as a disk, so that what is measured is the client; moto, which the
 * tests use, gave ranges of 4 MiB at 99 MB/s and of 16 MiB at 223 MB/s, since it copies the whole object for each.
 */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const root = process.argv[2];
const etagOf = ({ size, mtimeMs }) => `"${size}-${mtimeMs}"`;

function list(prefix) {
  const folder = join(root, prefix);
  const entries = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const key = prefix + entry.name;
    if (entry.isDirectory()) return `<CommonPrefixes><Prefix>${key}/</Prefix></CommonPrefixes>`;
    const stats = statSync(join(folder, entry.name));
    return `<Contents><Key>${key}</Key><Size>${stats.size}</Size><ETag>${etagOf(stats).replaceAll('"', '&quot;')}</ETag></Contents>`;
  });
  return `<ListBucketResult>${entries.join('')}</ListBucketResult>`;
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://x');
  if (url.searchParams.get('list-type') === '2') return response.end(list(url.searchParams.get('prefix') ?? ''));
  const path = join(root, decodeURIComponent(url.pathname).replace('/bench/', ''));
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return response.writeHead(404).end();
  const [, from = '0', to = String(stats.size - 1)] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
  const length = Number(to) - Number(from) + 1;
  response.writeHead(request.headers.range === undefined ? 200 : 206, {
    etag: etagOf(stats),
    'content-length': length,
    'content-range': `bytes ${from}-${to}/${stats.size}`,
  });
  if (request.method === 'HEAD') return response.end();
  return createReadStream(path, { start: Number(from), end: Number(to), highWaterMark: 1 << 20 }).pipe(response);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
