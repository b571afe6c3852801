/**
 * `node bench/s3-copy.mjs ENDPOINT down|up PREFIX FOLDER`: copies a folder from or to the bench's S3 server as `aws s3 cp
 * --recursive` does: parts of 8 MiB, ten requests in flight over all files. With plain HTTP and no checks, so it is a floor.
 */
import { mkdirSync, openSync, closeSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { dirname, join } from 'node:path';

const partBytes = 8 * 1024 * 1024;
const inFlight = 10;
const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
const [endpoint, direction, prefix, folder] = process.argv.slice(2);

/** Sends a request; answers its body, or hands on its pieces. */
function send(method, path, { headers = {}, body, onPiece } = {}) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': body.length };
    const sent = request(
      `${endpoint}/bench/${path}`,
      { method, agent, headers: { ...headers, ...length } },
      (answer) => {
        const pieces = [];
        answer.on('data', onPiece ?? ((piece) => pieces.push(piece)));
        answer.on('end', () =>
          answer.statusCode < 300
            ? resolve(Buffer.concat(pieces))
            : reject(new Error(`${method} ${path}: ${answer.statusCode}`)),
        );
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function inParallel(jobs) {
  const left = jobs.values();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (const job of left) await job();
    }),
  );
}

async function listKeys(from) {
  const xml = String(await send('GET', `?list-type=2&prefix=${encodeURIComponent(from)}`));
  const found = [...xml.matchAll(/<Contents><Key>([^<]*)<\/Key>.*?<Size>(\d+)<\/Size>/g)].map(([, key, size]) => ({
    key,
    size: Number(size),
  }));
  const below = [...xml.matchAll(/<Prefix>([^<]*)<\/Prefix>/g)].map(([, each]) => each);
  const more = await Promise.all(below.map((each) => listKeys(each)));
  return [...found, ...more.flat()];
}

async function down() {
  const keys = await listKeys(`${prefix}/`);
  const jobs = keys.flatMap(({ key, size }) => {
    const path = join(folder, key.slice(prefix.length + 1));
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'w');
    let left = Math.ceil(size / partBytes);
    if (left === 0) closeSync(file);
    return Array.from({ length: left }, (_, part) => async () => {
      let at = part * partBytes;
      const headers = { range: `bytes=${at}-${Math.min(size, at + partBytes) - 1}` };
      await send('GET', key, { headers, onPiece: (piece) => (at += writeSync(file, piece, 0, piece.length, at)) });
      if (--left === 0) closeSync(file);
    });
  });
  await inParallel(jobs);
}

async function up() {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  const jobs = paths.map((path) => async () => {
    const bytes = readFileSync(join(folder, path));
    const key = `${prefix}/${path}`;
    if (bytes.length <= partBytes) return void (await send('PUT', key, { body: bytes }));
    const id = /<UploadId>(.*)<\/UploadId>/.exec(await send('POST', `${key}?uploads`))[1];
    const parts = Array.from({ length: Math.ceil(bytes.length / partBytes) }, (_, part) => async () => {
      const body = bytes.subarray(part * partBytes, (part + 1) * partBytes);
      await send('PUT', `${key}?uploadId=${id}&partNumber=${part + 1}`, { body });
    });
    await inParallel(parts);
    return void (await send('POST', `${key}?uploadId=${id}`));
  });
  await inParallel(jobs);
}

await (direction === 'down' ? down() : up());
agent.destroy();
