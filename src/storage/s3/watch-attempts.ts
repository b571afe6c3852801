import { pipeline, Readable, Transform } from 'node:stream';
import { mostAnswerBytes, slowestAnswer } from './s3-limits.ts';
import type { RequestWatch } from './request-watch.ts';

/** One sending of a request, in which the SDK may make several attempts (if S3 is busy, say). */
export interface Sending {
  readonly watch: RequestWatch;
  /** Milliseconds to the response headers, and the span in which bytes must arrive. */
  readonly firstByte: number;
  readonly idle: number;
  /** Bytes that must arrive in each span. */
  readonly leastBytes: number;
  /** Whether the response is an object, whose reader counts the bytes; all others are counted and limited here. */
  readonly object: boolean;
  /** Where the request was sent, once it was. */
  endpoint: string | undefined;
}

/** Milliseconds before and between the SDK's attempts, for credentials and waits of up to 20 s. */
const betweenAttempts = 60_000;

/** The part of an SDK command that is used here. */
export interface WatchedCommand<Input extends object, Output extends object> {
  readonly middlewareStack: {
    add(middleware: Middleware<Input, Output>, options: DeserializeStep): void;
  };
}

interface DeserializeStep {
  readonly step: 'deserialize';
  readonly name: string;
  readonly priority: 'low';
}
type Handler<Input, Output> = (args: { input: Input; request: unknown }) => Promise<Answer<Output>>;
type Middleware<Input, Output> = (next: Handler<Input, Output>) => Handler<Input, Output>;
interface Answer<Output> {
  response: unknown;
  output?: Output;
}

/** Watches each attempt in the last step of the SDK's chain: first-byte limit until the headers, then idle limit. */
export function watchAttempts<Input extends object, Output extends object>(
  command: WatchedCommand<Input, Output>,
  sending: () => Sending,
): void {
  const watched: Middleware<Input, Output> = (next) => async (args) => {
    const current = sending();
    const { watch, firstByte, object } = current;
    current.endpoint = endpointOf(args.request);
    watch.expect('a response', firstByte);
    try {
      const answer = await next(args);
      if (!object) countBody(answer.response, current);
      return answer;
    } catch (error) {
      watch.expect('another attempt of the SDK', betweenAttempts);
      throw error;
    }
  };
  command.middlewareStack.add(watched, { step: 'deserialize', name: 'backtestExportWatch', priority: 'low' });
}

/** Starts the limit for the time before an attempt. */
export function expectAttempt({ watch }: Sending): void {
  watch.expect('credentials and a region for the SDK', betweenAttempts);
}

/** Puts a counter between the connection and the SDK, so that a response can neither drip nor grow for ever. */
function countBody(response: unknown, { watch, idle, leastBytes }: Sending): void {
  let bytes = 0;
  watch.follow(idle, leastBytes, () => bytes);
  if (typeof response !== 'object' || response === null || !('body' in response)) return;
  const { body } = response;
  if (!(body instanceof Readable)) return;
  const counter = new Transform({
    transform(chunk: Uint8Array, _, done) {
      bytes += chunk.length;
      if (bytes > mostAnswerBytes)
        done(new Error(`expected a response of at most ${mostAnswerBytes} bytes, found more`));
      else done(null, chunk);
    },
  });
  // the counter's reader gets the error
  pipeline(body, counter, () => undefined);
  response.body = counter;
}

/** Bytes that must arrive in the given time. */
export function leastBytesIn(milliseconds: number): number {
  return Math.ceil((milliseconds * slowestAnswer) / 1000);
}

function endpointOf(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null || !('hostname' in request)) return undefined;
  const { hostname, protocol, port } = request as { hostname: string; protocol?: string; port?: number };
  return `${protocol ?? 'https:'}//${hostname}${port === undefined ? '' : `:${port}`}`;
}
