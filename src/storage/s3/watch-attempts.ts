import { pipeline, Readable, Transform } from 'node:stream';
import { mostAnswerBytes, slowestAnswer } from './s3-limits.ts';
import type { RequestWatch } from './request-watch.ts';

/** One sending of a request: the SDK may send it several times in turn (when S3 is busy, say). */
export interface Sending {
  readonly watch: RequestWatch;
  /** Milliseconds to the head of the answer, and in which bytes of it must come. */
  readonly firstByte: number;
  readonly idle: number;
  /** Bytes that must come in that time. */
  readonly leastBytes: number;
  /** Whether the answer is an object, which its reader counts; every other answer is counted and bounded here. */
  readonly object: boolean;
  /** Where the request went, once it has. */
  endpoint: string | undefined;
}

/** Milliseconds for what comes before and between the SDK's own sendings: credentials, and waits of up to 20 s. */
const betweenAttempts = 60_000;

/** As much of an SDK's command as the watching needs. */
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

/**
 * Lets the sending know each attempt of the SDK, in the last of its steps: the limit to the first byte runs from there to
 * the head of the answer, then the one between bytes.
 */
export function watchAttempts<Input extends object, Output extends object>(
  command: WatchedCommand<Input, Output>,
  sending: () => Sending,
): void {
  const watched: Middleware<Input, Output> = (next) => async (args) => {
    const current = sending();
    const { watch, firstByte, object } = current;
    current.endpoint = endpointOf(args.request);
    watch.expect('an answer', firstByte);
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

/** Starts the limit on what comes before an attempt. */
export function expectAttempt({ watch }: Sending): void {
  watch.expect('credentials and a region for the SDK', betweenAttempts);
}

/** Puts a counter between the connection and the SDK, so that an answer can neither drip nor grow for ever. */
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
        done(new Error(`expected at most ${mostAnswerBytes} bytes of an answer, found more`));
      else done(null, chunk);
    },
  });
  // whoever reads the counter is told of an error
  pipeline(body, counter, () => undefined);
  response.body = counter;
}

/** Bytes that must come in so many milliseconds. */
export function leastBytesIn(milliseconds: number): number {
  return Math.ceil((milliseconds * slowestAnswer) / 1000);
}

function endpointOf(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null || !('hostname' in request)) return undefined;
  const { hostname, protocol, port } = request as { hostname: string; protocol?: string; port?: number };
  return `${protocol ?? 'https:'}//${hostname}${port === undefined ? '' : `:${port}`}`;
}
