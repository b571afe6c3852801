import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BacktestExportError } from '../../errors.ts';
import { listName, withList, type PageFile, type PageFiles } from './page-files.ts';
import { refuse, sendFile } from './send-file.ts';
import type { ServedExports } from './served-exports.ts';

/** What one client, and all of them together, may take of the server. */
export interface SiteLimits {
  /** Connections open at the same time; further ones are closed at once. */
  readonly connections: number;
  /** Bytes of all headers of a request. */
  readonly headerBytes: number;
  /** Milliseconds for the headers of a request. */
  readonly headerTime: number;
  /** Milliseconds in which a client must take, or send, something; then its connection is closed. */
  readonly stillTime: number;
}

/** The limits of `view`. A browser opens six connections. */
export const siteLimits: SiteLimits = {
  connections: 50,
  headerBytes: 16 * 1024,
  headerTime: 10_000,
  stillTime: 30_000,
};

/** What the site shows. */
export interface SiteOptions {
  readonly page: PageFiles;
  /** The exports of a folder; without them the page waits for files. */
  readonly exports?: ServedExports | undefined;
  readonly limits?: Partial<SiteLimits>;
}

/** The page on this machine. */
export interface Site {
  readonly server: Server;
  /** The path of the page, `/TOKEN/`: nobody who was not told can ask for anything. */
  readonly path: string;
}

/** 128 bits, which nobody guesses. */
const tokenBytes = 16;

/**
 * The server of `view`: the page, the list of the exports below the folder, and their files by ranges. It answers GET and HEAD, only below
 * an unguessable path, and only to requests that name this machine: a web page of another site can neither
 * find it nor, having made its own name lead here (DNS rebinding), read from it.
 */
export function createSite({ page, exports, limits: given = {} }: SiteOptions): Site {
  const limits = { ...siteLimits, ...given };
  const token = randomBytes(tokenBytes).toString('base64url');
  const files = exports === undefined ? page : withServedPage(page);
  const server = createServer({
    headersTimeout: limits.headerTime,
    requestTimeout: limits.headerTime,
    keepAliveTimeout: limits.stillTime,
    connectionsCheckingInterval: Math.max(1, Math.min(1000, limits.headerTime / 4)),
    maxHeaderSize: limits.headerBytes,
  });
  server.maxConnections = limits.connections;
  server.setTimeout(limits.stillTime, (socket) => socket.destroy());
  server.on('request', (request, response) => {
    // a body is not read: the connection ends with the answer
    if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined) {
      response.setHeader('connection', 'close');
    }
    answer({ files, exports, token }, request, response).catch(() => response.destroy());
  });
  return { server, path: `/${token}/` };
}

interface Answering {
  readonly files: PageFiles;
  readonly exports: ServedExports | undefined;
  readonly token: string;
}

async function answer(
  { files, exports, token }: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(fixedHeaders)) response.setHeader(name, value);
  const { method, headers } = request;
  if (!namesThisServer(request) || headers['sec-fetch-site'] === 'cross-site') return refuse(response, 403);
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405);
  }
  const path = pathBelow(request.url ?? '', token);
  if (path === undefined) return refuse(response, 404);
  const file = files.get(path === '' ? 'index.html' : path);
  if (file !== undefined) return sendBytes(file, request, response);
  if (exports === undefined) return refuse(response, 404);
  if (path === listName) return sendList(exports, request, response);
  const listed = path.startsWith(filePrefix) ? exports.find(path.slice(filePrefix.length)) : undefined;
  return listed === undefined ? refuse(response, 404) : sendFile(exports, listed, request, response);
}

/** Whether a request names the address that was printed, or `localhost` for it: one for another name was led here. */
function namesThisServer({ headers: { host = '', origin }, socket }: IncomingMessage): boolean {
  const { localPort } = socket;
  const known = [
    `127.0.0.1:${localPort}`,
    `localhost:${localPort}`,
    ...(localPort === 80 ? ['127.0.0.1', 'localhost'] : []),
  ];
  return (
    known.includes(host.toLowerCase()) &&
    (origin === undefined || known.includes(origin.toLowerCase().replace(/^http:\/\//, '')))
  );
}

/** Before the path of a file of an export. */
const filePrefix = 'files/';

/** Nobody may keep, frame or embed what is answered; the policy also holds for workers, which have none of the page. */
const fixedHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The decoded path below `/TOKEN/`; undefined without the token, and for what cannot be decoded. */
function pathBelow(url: string, token: string): string | undefined {
  const [path = ''] = url.split(/[?#]/, 1);
  const [, given = '', rest = ''] = /^\/([^/]*)\/(.*)$/s.exec(path) ?? [];
  const [expected, found] = [Buffer.from(token), Buffer.from(given)];
  if (expected.length !== found.length || !timingSafeEqual(expected, found)) return undefined;
  try {
    return decodeURIComponent(rest);
  } catch {
    return undefined;
  }
}

async function sendList(exports: ServedExports, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let list: object;
  try {
    list = await exports.list();
  } catch (error) {
    if (!(error instanceof BacktestExportError)) throw error;
    list = { error: { code: error.code, message: error.message } };
  }
  sendBytes({ bytes: Buffer.from(JSON.stringify(list)), type: 'application/json' }, request, response);
}

function sendBytes({ bytes, type }: PageFile, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('content-type', type);
  response.setHeader('content-length', bytes.length);
  response.writeHead(200);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function withServedPage(page: PageFiles): PageFiles {
  const index = page.get('index.html');
  if (index === undefined) throw new Error('the page has no index.html');
  const html = withList(Buffer.from(index.bytes).toString());
  return new Map([...page, ['index.html', { ...index, bytes: Buffer.from(html) }]]);
}
