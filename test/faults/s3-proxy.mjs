// A proxy in front of an S3 server that lets requests go wrong: refused, reset, cut, slow, answered wrongly, or done and not
// answered. It keeps the Host header, so that signatures stay right.
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';

const xml = { 'content-type': 'application/xml' };

/** What an S3 error looks like. */
function refuse(response, status, code, headers = {}) {
  if (response.destroyed) return;
  response.writeHead(status, { ...xml, ...headers });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}, by the proxy</Message></Error>`);
}

const reset = ({ socket }) => socket?.resetAndDestroy();
const completes = ({ method, url }) => method === 'POST' && url.includes('uploadId=');
const copies = ({ headers }) => headers['x-amz-copy-source'] !== undefined;

/** Answers with what the server said, changed. */
function answer({ response }, { status, headers, body }) {
  if (response.destroyed) return;
  response.writeHead(status, headers);
  response.end(body);
}

/**
 * Faults by name. `before` acts instead of the server; `after` has the server's answer, so the work is done. `fits` says which
 * requests it is for.
 */
export const faults = {
  'slow down': { before: ({ response }) => refuse(response, 503, 'SlowDown') },
  'internal error': { before: ({ response }) => refuse(response, 500, 'InternalError') },
  'reset before': { before: ({ request }) => reset(request) },
  'reset in the request': {
    fits: ({ method }) => method === 'PUT',
    early: true,
    before: ({ request }) => reset(request),
  },
  'clock skew': {
    before: ({ response }) => refuse(response, 403, 'RequestTimeTooSkewed', { date: new Date().toUTCString() }),
  },
  'reset in the body': {
    fits: ({ method }) => method === 'GET',
    after: ({ request, response }, { status, headers, body }) => {
      response.writeHead(status, headers);
      response.write(body.subarray(0, body.length >> 1), () => setTimeout(() => reset(request), 2));
    },
  },
  'cut body': {
    fits: ({ method }) => method === 'GET',
    after: ({ request, response }, { status, headers, body }) => {
      response.writeHead(status, { ...headers, connection: 'close' });
      response.write(body.subarray(0, body.length >> 1), () => setTimeout(() => request.socket.destroySoon(), 2));
    },
  },
  'slow drip': {
    after: async ({ response }, { status, headers, body }) => {
      response.writeHead(status, headers);
      const piece = Math.max(1, Math.ceil(body.length / 8));
      for (let at = 0; at < body.length && !response.destroyed; at += piece) {
        response.write(body.subarray(at, at + piece));
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
      response.end();
    },
  },
  'answer lost': { after: ({ request }) => reset(request) },
  'done, but 500': { after: ({ response }) => refuse(response, 500, 'InternalError') },
  'done, but 503': { after: ({ response }) => refuse(response, 503, 'SlowDown') },
  'error in a 200': {
    fits: (request) => completes(request) || copies(request),
    before: ({ response }) => refuse(response, 200, 'InternalError'),
  },
  'done, but an error in a 200': {
    fits: (request) => completes(request) || copies(request),
    after: ({ response }) => refuse(response, 200, 'InternalError'),
  },
  'done twice': { fits: ({ method }) => method !== 'GET', twice: true, after: answer },
  'another ETag': {
    fits: ({ method }) => method !== 'DELETE',
    after: (exchange, { status, headers, body }) =>
      answer(exchange, {
        status,
        headers: headers.etag === undefined ? headers : { ...headers, etag: '"00000000000000000000000000000000"' },
        body,
      }),
  },
};

/**
 * Starts the proxy on a free loopback port. `choose` gets each request's number from 1 and the request, and answers the name of
 * a fault, or undefined. `arrived` and `done` are told of each request before it is passed on and once the server has answered.
 * @param {{ target: string, choose?: Function, arrived?: Function, done?: Function }} options
 */
export async function startProxy({ target, choose = () => undefined, arrived = () => {}, done = () => {} }) {
  const state = { endpoint: '', count: 0, met: new Map(), log: [], close: () => undefined };
  const server = createServer((request, response) => {
    const number = ++state.count;
    const name = choose(number, request);
    const fault = faults[name]?.fits?.(request) === false ? undefined : faults[name];
    state.log.push(`${number} ${request.method} ${request.url}${fault === undefined ? '' : `: ${name}`}`);
    if (fault !== undefined) state.met.set(name, (state.met.get(name) ?? 0) + 1);
    for (const each of [request, response]) each.on('error', () => undefined);
    arrived(number);
    const passed = () => done(number);
    exchange({ request, response }, fault ?? { after: answer }, target, passed).catch(() => reset(request));
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  state.endpoint = `http://127.0.0.1:${server.address().port}`;
  state.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return state;
}

/** Receives a request, passes it on unless the fault acts instead, and answers. */
async function exchange(pair, { early, before, twice, after }, target, passed) {
  const { request } = pair;
  if (early) {
    await once(request, 'data');
    before(pair);
    return;
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (before !== undefined) {
    before(pair);
    return;
  }
  const body = Buffer.concat(chunks);
  let result = await pass(target, request, body);
  if (twice) result = await pass(target, request, body);
  passed();
  await after(pair, result);
}

/** Sends a request on and answers the whole response. */
function pass(target, { method, url, headers }, body) {
  return new Promise((resolve, reject) => {
    const { expect: _, ...rest } = headers;
    const forwarded = send(target + url, { method, headers: rest }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    forwarded.on('error', reject);
    forwarded.end(body);
  });
}
