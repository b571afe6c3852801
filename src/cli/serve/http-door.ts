import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ForecastException } from '../../job/exceptions.ts';
import type { ExportJobService } from '../../job/service.ts';
import type { OperationName } from '../../job/requests.ts';
import { findSignatureProblem, type AccessKeys } from './signature.ts';

/** What the door needs besides the service. */
export interface DoorOptions {
  /** Signatures are checked with these; without them they are accepted. */
  readonly keys?: AccessKeys;
  /** Told of each request that was answered. */
  readonly onRequest: (request: AnsweredRequest) => void;
}

/** One line of the access log. */
export interface AnsweredRequest {
  readonly operation: string;
  readonly status: number;
  /** The exception's name, where it was one. */
  readonly exception: string | undefined;
  readonly milliseconds: number;
}

const contentType = 'application/x-amz-json-1.1';
const target = 'AmazonForecast.';
const longestBody = 1024 * 1024;
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

/** An answer that is no result; its name is what SDKs call it. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, name: string, message: string) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/**
 * The service behind AWS JSON 1.1 over HTTP: `POST /`, the operation in `X-Amz-Target`. Bodies have at most 1 MiB, headers
 * must come within 10 seconds and the whole request within 30, and 500 connections may be open.
 */
export function createDoor(service: ExportJobService, options: DoorOptions): Server {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5000 });
  server.maxConnections = 500;
  server.on('request', (request, response) => {
    void answer(service, options, request, response);
  });
  return server;
}

async function answer(
  service: ExportJobService,
  options: DoorOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const operation = String(request.headers['x-amz-target'] ?? '');
  let status = 200;
  let exception: string | undefined;
  try {
    const body = await readBody(request);
    const result = await callOperation(service, options, request, body);
    send(response, 200, result);
  } catch (error) {
    const known = error instanceof ForecastException || error instanceof Refusal;
    status = error instanceof Refusal ? error.status : known ? 400 : 500;
    exception = known ? error.name : 'InternalServerException';
    const message = known ? error.message : 'The service failed';
    send(response, status, { __type: exception, Message: message }, exception);
  }
  options.onRequest({ operation, status, exception, milliseconds: performance.now() - started });
}

function callOperation(
  service: ExportJobService,
  options: DoorOptions,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<object> {
  if (method !== 'POST' || url !== '/') {
    throw new Refusal(404, 'UnknownOperationException', `expected POST /, found ${method} ${url}`);
  }
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim();
  if (type !== contentType) throw new Refusal(415, 'UnsupportedMediaTypeException', `expected ${contentType}`);
  const { keys } = options;
  const problem = keys === undefined ? undefined : findSignatureProblem(keys, headers, body, Date.now());
  if (problem !== undefined) throw new Refusal(400, 'InvalidSignatureException', problem);
  const name = String(headers['x-amz-target'] ?? '');
  const operation = name.startsWith(target) ? name.slice(target.length) : '';
  if (!operations.has(operation)) throw new Refusal(400, 'UnknownOperationException', `There is no operation ${name}`);
  return service.call(operation as OperationName, parseBody(body));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // the rest is read and dropped, so that the client hears the answer
    if (length <= longestBody) chunks.push(chunk);
    else if (length > 64 * longestBody) break;
  }
  if (length > longestBody) {
    throw new Refusal(413, 'RequestEntityTooLargeException', `expected at most ${longestBody} bytes, found more`);
  }
  return Buffer.concat(chunks);
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Refusal(400, 'SerializationException', 'expected a JSON object, found something else');
  }
}

function send(response: ServerResponse, status: number, value: object, exception?: string): void {
  const text = JSON.stringify(value, wireValue);
  const type = exception === undefined ? {} : { 'x-amzn-errortype': exception };
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text), ...type });
  response.end(text);
}

/** Times are seconds since 1970; numbers that are not finite are their names. */
function wireValue(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const own = this[key];
  if (own instanceof Date) return own.getTime() / 1000;
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
