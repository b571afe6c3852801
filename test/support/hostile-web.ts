import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A file on the server, which tests change. */
export interface WebFile {
  bytes: Uint8Array;
  etag?: string | undefined;
  modified?: string | undefined;
}

/** A web server of a test, and what it was asked. */
export interface WebServer {
  /** `http://127.0.0.1:PORT/`. */
  readonly url: string;
  readonly asked: {
    readonly method: string;
    readonly path: string;
    readonly range: string;
    readonly headers: IncomingMessage['headers'];
  }[];
  /** Requests that were answered at the same time, at most. */
  readonly most: () => number;
}

/** Answers a request in place of the server; true if it did. */
export type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => boolean;

/** Serves files by ranges, with ETags, until the test ends; `answer` may do otherwise. */
export async function serveFiles(
  files: ReadonlyMap<string, WebFile>,
  answer: Answer = () => false,
): Promise<WebServer> {
  const asked: WebServer['asked'] = [];
  let [running, most] = [0, 0];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    asked.push({ method: request.method ?? '', path, range: request.headers.range ?? '', headers: request.headers });
    most = Math.max(most, ++running);
    response.on('close', () => running--);
    // a moment, so that requests can meet
    setTimeout(() => {
      if (!answer(request, response, asked.length))
        send(files.get(decodeURIComponent(path.slice(1))), request, response);
    }, 2);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked, most: () => most };
}

function send(file: WebFile | undefined, { headers, method }: IncomingMessage, response: ServerResponse): void {
  if (file === undefined) return void response.writeHead(404).end();
  const { bytes, etag, modified } = file;
  const told = {
    ...(etag === undefined ? {} : { etag }),
    ...(modified === undefined ? {} : { 'last-modified': modified }),
  };
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  const isOther = headers['if-range'] !== undefined && headers['if-range'] !== etag;
  if (from === undefined || isOther) {
    return void response
      .writeHead(200, { ...told, 'content-length': bytes.length })
      .end(method === 'HEAD' ? undefined : bytes);
  }
  const part = bytes.subarray(Number(from), Number(to) + 1);
  if (part.length === 0) return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  const range = `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`;
  response.writeHead(206, { ...told, 'content-range': range, 'content-length': part.length }).end(part);
}

/** Ends an answer; true, as an {@link Answer} that did. */
export function answered(response: ServerResponse, body?: Uint8Array): true {
  response.end(body);
  return true;
}
