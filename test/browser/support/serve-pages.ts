import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** Pages by path, such as `/report.html`. */
export type Pages = Readonly<Record<string, string | Uint8Array>>;

/** What is served, and how. */
export interface ServeOptions {
  readonly pages?: Pages;
  /** Files by the start of their path, such as `{ '/dist/': 'dist' }`: a folder each. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on loopback. */
export interface PageServer {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The paths that were asked for, with their Range, in order. */
  readonly asked: { readonly path: string; readonly range: string | undefined }[];
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** Serves pages and the files of folders, ranges too, until it is closed. `/favicon.ico` is an empty answer. */
export async function servePages({ pages = {}, folders = {}, headers = {} }: ServeOptions): Promise<PageServer> {
  const asked: PageServer['asked'] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://127.0.0.1').pathname);
    const { range } = request.headers;
    asked.push({ path, range });
    const answer = async (): Promise<void> => {
      const body = path === '/favicon.ico' ? '' : (pages[path] ?? (await readBelow(folders, path)));
      if (body === undefined) return void response.writeHead(404, headers).end();
      const bytes = Buffer.from(body);
      const type = { 'content-type': types[extname(path) || '.html'] ?? 'application/octet-stream' };
      const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
      if (from === undefined) {
        return void response.writeHead(200, { 'accept-ranges': 'bytes', ...type, ...headers }).end(bytes);
      }
      const part = bytes.subarray(Number(from), to === '' ? undefined : Number(to) + 1);
      const content = `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`;
      response.writeHead(206, { 'content-range': content, ...type, ...headers }).end(part);
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}

async function readBelow(folders: NonNullable<ServeOptions['folders']>, path: string): Promise<Buffer | undefined> {
  const start = Object.keys(folders).find((key) => path.startsWith(key));
  if (start === undefined || normalize(path) !== path) return undefined;
  return readFile(join(folders[start] ?? '', path.slice(start.length))).catch(() => undefined);
}
