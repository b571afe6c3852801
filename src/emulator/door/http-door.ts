import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { given } from '../../given.ts';
import { WireException } from '../../job/exceptions.ts';
import type { ExportJobService } from '../../job/service.ts';
import { messageOf } from '../../job/short-text.ts';
import { Connections } from './connections.ts';
import { answerControl, isControl, type Controlled } from './control.ts';
import { doorLimits, type DoorLimits } from './door-limits.ts';
import { findHostProblem, type KnownHosts } from './host-check.ts';
import { readBody } from './read-request.ts';
import { findSignatureProblem, type AccessKeys } from './signature.ts';
import { callOperation, formatAnswer, parseBody, toWireException } from './wire.ts';

/** What the door needs besides the service. */
export interface DoorOptions {
  /** Signatures are checked with these; without them any are accepted. */
  readonly keys?: AccessKeys;
  /** The region that checked signatures must be for; `us-west-2` by default. */
  readonly region?: string;
  /** The names it may be called by; those of loopback by default. */
  readonly hosts?: KnownHosts;
  readonly limits?: Partial<DoorLimits>;
  /** Called for each request that was answered. */
  readonly onRequest: (request: AnsweredRequest) => void;
  /** Called when listening itself fails, for example because no more files can be opened. */
  readonly onProblem?: (message: string) => void;
}

/** One line of the access log. */
export interface AnsweredRequest {
  /** The `X-Amz-Target`; for any other path than AWS's the method and the path. */
  readonly operation: string;
  /** The HTTP status. */
  readonly status: number;
  /** The exception's name, where it was one. */
  readonly exception: string | undefined;
  /** What failed on this machine, if anything did; the client does not see it. */
  readonly problem: string | undefined;
  /** How long it took. */
  readonly milliseconds: number;
}

const contentType = 'application/x-amz-json-1.1';
const target = 'AmazonForecast.';

/** What the door opens to. */
export type DoorService = Controlled & Pick<ExportJobService, 'call'>;

/**
 * The service as AWS JSON 1.1 over HTTP: `POST /`, the operation in `X-Amz-Target`; and control at paths of its own. No client
 * can hold more than `DoorLimits` give it.
 */
export function createDoor(service: DoorService, options: DoorOptions): Server {
  const limits = { ...doorLimits, ...options.limits };
  const server = createServer({
    headersTimeout: limits.headerTime,
    requestTimeout: limits.requestTime,
    keepAliveTimeout: limits.idleTime,
    connectionsCheckingInterval: Math.max(1, Math.min(1000, limits.headerTime / 4)),
    maxHeaderSize: limits.headerBytes,
  });
  server.maxConnections = limits.connections;
  const connections = new Connections(limits);
  server.on('request', (request, response) => {
    connections.inTurn(request, () => answer(service, options, limits, connections, request, response));
  });
  // one connection that cannot be accepted must not end the service
  server.on('error', (error) => {
    if (server.listening) options.onProblem?.(`a connection could not be accepted: ${messageOf(error)}`);
  });
  return server;
}

async function answer(
  service: DoorService,
  options: DoorOptions,
  limits: DoorLimits,
  connections: Connections,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const { method = '', url = '', headers } = request;
  let status = 200;
  let exception: string | undefined;
  let problem: string | undefined;
  let text: string;
  try {
    text = formatAnswer(await answerOf(service, options, limits, connections, request), limits.answerBytes);
  } catch (error) {
    const refusal = toWireException(error);
    ({ status, name: exception } = refusal);
    if (status === 500 && !(error instanceof WireException)) problem = messageOf(error);
    text = JSON.stringify({ __type: exception, Message: refusal.message });
  }
  response.writeHead(status, {
    ...given({
      'content-type': isControl(url) ? 'application/json' : contentType,
      'content-length': Buffer.byteLength(text),
      'x-amzn-errortype': exception,
    }),
    'x-amzn-requestid': randomUUID(),
  });
  const operation = url === '/' ? String(headers['x-amz-target'] ?? '') : `${method} ${url}`;
  options.onRequest({ operation, status, exception, problem, milliseconds: performance.now() - started });
  await connections.send(response, text);
}

/** The answer to a request of any path. @throws what the client is refused with, or what failed */
async function answerOf(
  service: DoorService,
  options: DoorOptions,
  limits: DoorLimits,
  connections: Connections,
  request: IncomingMessage,
): Promise<object> {
  const { headers, method = '', url = '' } = request;
  const elsewhere = findHostProblem(headers, options.hosts ?? {});
  if (elsewhere !== undefined) throw new WireException(403, 'AccessDeniedException', elsewhere);
  const body = await readBody(request, limits.bodyBytes, connections);
  try {
    if (isControl(url)) return await answerControl(service, { method, url, headers, body }, options.keys);
    if (method !== 'POST' || url !== '/') {
      throw new WireException(404, 'UnknownOperationException', `expected POST /, found ${method} ${url}`);
    }
    const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
    if (type.trim() !== contentType)
      throw new WireException(415, 'UnsupportedMediaTypeException', `expected ${contentType}`);
    const { keys, region = 'us-west-2' } = options;
    const problem = findSignatureProblem(headers, body, { keys, region, now: Date.now() });
    if (problem !== undefined) throw new WireException(400, 'InvalidSignatureException', problem);
    const name = String(headers['x-amz-target'] ?? '');
    if (!name.startsWith(target))
      throw new WireException(400, 'UnknownOperationException', `There is no operation ${name}`);
    return await callOperation(service, name.slice(target.length), () => parseBody(body));
  } finally {
    connections.release(body.length);
  }
}
