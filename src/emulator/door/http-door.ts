import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BacktestExportError, type ErrorCode } from '../../errors.ts';
import { given } from '../../given.ts';
import { ForecastException } from '../../job/exceptions.ts';
import type { OperationName } from '../../job/requests.ts';
import type { ExportJobService } from '../../job/service.ts';
import { messageOf } from '../../job/short-text.ts';
import { Connections } from './connections.ts';
import { doorLimits, type DoorLimits } from './door-limits.ts';
import { findHostProblem, type KnownHosts } from './host-check.ts';
import { parseBody, readBody } from './read-request.ts';
import { Refusal } from './refusal.ts';
import { findSignatureProblem, type AccessKeys } from './signature.ts';

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
  readonly operation: string;
  readonly status: number;
  /** The exception's name, where it was one. */
  readonly exception: string | undefined;
  /** What failed on this machine, if anything did; the client does not see it. */
  readonly problem: string | undefined;
  readonly milliseconds: number;
}

const contentType = 'application/x-amz-json-1.1';
const target = 'AmazonForecast.';
const operations: ReadonlySet<string> = new Set<OperationName>([
  'CreatePredictorBacktestExportJob',
  'DescribePredictorBacktestExportJob',
  'ListPredictorBacktestExportJobs',
  'DeletePredictorBacktestExportJob',
  'StopResource',
  'TagResource',
  'UntagResource',
  'ListTagsForResource',
  'GetAccuracyMetrics',
]);

/**
 * The service as AWS JSON 1.1 over HTTP: `POST /`, the operation in `X-Amz-Target`. No client can hold more than
 * `DoorLimits` give it.
 */
export function createDoor(service: ExportJobService, options: DoorOptions): Server {
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
  service: ExportJobService,
  options: DoorOptions,
  limits: DoorLimits,
  connections: Connections,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  let status = 200;
  let exception: string | undefined;
  let problem: string | undefined;
  let text: string;
  try {
    text = formatBody(await callOperation(service, options, limits, connections, request));
    if (text.length > limits.answerBytes) {
      throw new Error(`the answer would have ${text.length} characters, expected at most ${limits.answerBytes}`);
    }
  } catch (error) {
    const refusal = refusalOf(error);
    ({ status, name: exception } = refusal);
    if (status === 500) problem = messageOf(error);
    text = formatBody({ __type: exception, Message: refusal.message });
  }
  const length = Buffer.byteLength(text);
  const headers = given({ 'content-type': contentType, 'content-length': length, 'x-amzn-errortype': exception });
  response.writeHead(status, { ...headers, 'x-amzn-requestid': randomUUID() });
  const operation = String(request.headers['x-amz-target'] ?? '');
  options.onRequest({ operation, status, exception, problem, milliseconds: performance.now() - started });
  await connections.send(response, text);
}

/** What the client sees: of failures of this machine only that there was one. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ForecastException) return new Refusal(400, error.name, error.message);
  if (error instanceof BacktestExportError && unavailable.has(error.code)) {
    const message = 'The service is out of disk space or open files; nothing was changed. Try again';
    return new Refusal(500, 'ServiceUnavailableException', message);
  }
  return new Refusal(500, 'InternalServerException', 'The service failed; its log says why');
}

/** A full disk, or too many open files: the same request may succeed later. */
const unavailable: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['WRITE_FAILED', 'TOO_MANY_OPEN_FILES']);

async function callOperation(
  service: ExportJobService,
  options: DoorOptions,
  limits: DoorLimits,
  connections: Connections,
  request: IncomingMessage,
): Promise<object> {
  const { headers, method = '', url = '' } = request;
  const elsewhere = findHostProblem(headers, options.hosts ?? {});
  if (elsewhere !== undefined) throw new Refusal(403, 'AccessDeniedException', elsewhere);
  const body = await readBody(request, limits.bodyBytes, connections);
  try {
    if (method !== 'POST' || url !== '/') {
      throw new Refusal(404, 'UnknownOperationException', `expected POST /, found ${method} ${url}`);
    }
    const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
    if (type.trim() !== contentType) throw new Refusal(415, 'UnsupportedMediaTypeException', `expected ${contentType}`);
    const { keys, region = 'us-west-2' } = options;
    const problem = findSignatureProblem(headers, body, { keys, region, now: Date.now() });
    if (problem !== undefined) throw new Refusal(400, 'InvalidSignatureException', problem);
    const name = String(headers['x-amz-target'] ?? '');
    const operation = name.startsWith(target) ? name.slice(target.length) : '';
    if (!operations.has(operation))
      throw new Refusal(400, 'UnknownOperationException', `There is no operation ${name}`);
    return await service.call(operation as OperationName, parseBody(body));
  } finally {
    connections.release(body.length);
  }
}

function formatBody(value: object): string {
  return JSON.stringify(value, wireValue);
}

/** Times are seconds since 1970; numbers that are not finite are their names. */
function wireValue(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const own = this[key];
  if (own instanceof Date) return own.getTime() / 1000;
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
