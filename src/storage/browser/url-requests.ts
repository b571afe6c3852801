import { delay } from '../../delay.ts';
import { BacktestExportError, isError } from '../../errors.ts';
import { onAbort } from '../../on-abort.ts';
import { shareOfThread } from '../thread-share.ts';
import { Watch } from './url-watch.ts';
import type { UrlAccess } from './url-access.ts';

/** What is asked of a server. */
export interface UrlQuestion {
  /** The file, for messages. */
  readonly path: string;
  readonly url: string;
  readonly method?: 'GET' | 'HEAD';
  /** Besides those of the access. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server's answer, and what must be told whenever a piece of it has come. */
export type TakeAnswer<Result> = (response: Response, onPiece: () => void) => Promise<Result>;

/** A failure after which the same request is sent again. */
export class Passing extends Error {
  /** Milliseconds that the server wants to be left alone. */
  readonly wait: number;

  constructor(message: string, wait: number = 0) {
    super(message);
    this.wait = wait;
  }
}

/** Requests to web servers: a bounded number at a time, each with a time limit and sent again where that may help. */
export class UrlRequests {
  readonly access: UrlAccess;

  constructor(access: UrlAccess) {
    this.access = access;
  }

  /**
   * Sends a request until `take` has taken an answer to it.
   * @throws `READ_FAILED`, `TIMED_OUT`; what `take` throws, but {@link Passing}; the signal's reason
   */
  async ask<Result>(question: UrlQuestion, signal: AbortSignal, take: TakeAnswer<Result>): Promise<Result> {
    const { tries = 4 } = this.access;
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        return await inTurn(this.access, signal, () => this.#send(question, signal, take));
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof BacktestExportError && error.code !== 'TIMED_OUT') throw error;
        if (attempt >= tries) throw failure(question, error, attempt);
        const wait = error instanceof Passing ? error.wait : 0;
        await delay(Math.max(wait, Math.random() * firstWait * 2 ** attempt), signal);
      }
    }
  }

  async #send<Result>(question: UrlQuestion, signal: AbortSignal, take: TakeAnswer<Result>): Promise<Result> {
    const { headers, credentials = 'same-origin', timeout = 30_000 } = this.access;
    const stop = new AbortController();
    const forget = onAbort(signal, () => stop.abort(signal.reason));
    const watch = new Watch(timeout, () => stop.abort(timedOut(question, timeout)));
    try {
      const response = await fetch(question.url, {
        method: question.method ?? 'GET',
        headers: { ...headers, ...question.headers },
        credentials,
        cache: 'no-store', // a cache may hold pieces of another version
        signal: stop.signal,
      });
      watch.renew();
      if (passing.has(response.status)) throw new Passing(statusText(response), waitOf(response));
      return await take(response, () => watch.renew());
    } catch (error) {
      throw stop.signal.aborted ? stop.signal.reason : error;
    } finally {
      watch.end();
      forget();
      stop.abort(); // what is left of a body
    }
  }
}

/** Requests of this thread that are under way, of all storages: one that is opened again for each part is still one. */
let running = 0;
/** Those that wait for their turn, the first first. */
const waiting = new Set<() => void>();

async function inTurn<Result>(
  { requests = 6 }: UrlAccess,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  if (running >= shareOfThread(requests)) await takeTurn(signal);
  else running++;
  try {
    signal.throwIfAborted();
    return await work();
  } finally {
    const [next] = waiting;
    if (next === undefined) running--;
    else next();
  }
}

/** Waits until a request has ended, whose turn this takes. @throws the signal's reason */
function takeTurn(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => {
      waiting.delete(take);
      reject(signal.reason as Error);
    });
    const take = (): void => {
      waiting.delete(take);
      forget();
      resolve();
    };
    waiting.add(take);
  });
}

/** Milliseconds before a second attempt, at most half of them, and twice as long before each later one. */
const firstWait = 250;
/** Milliseconds that a server can make us wait. */
const longestWait = 20_000;
/** What a server answers when it cannot do now what it may do soon. */
const passing: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

function waitOf(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'));
  return seconds > 0 ? Math.min(longestWait, seconds * 1000) : 0;
}

/** `404 (Not Found)` */
export function statusText({ status, statusText: text }: Response): string {
  return text === '' ? String(status) : `${status} (${text})`;
}

function timedOut({ path }: UrlQuestion, timeout: number): BacktestExportError {
  return new BacktestExportError('TIMED_OUT', `the server sent nothing for ${timeout} ms`, {
    position: { file: path },
  });
}

function failure({ path, url }: UrlQuestion, cause: unknown, tries: number): BacktestExportError {
  const details = { position: { file: path }, cause };
  const often = tries === 1 ? 'once' : `${tries} times`;
  if (cause instanceof BacktestExportError)
    return new BacktestExportError('TIMED_OUT', `${cause.problem}, ${often}`, details);
  if (cause instanceof Passing)
    return new BacktestExportError('READ_FAILED', `asked ${often}: ${cause.message}`, details);
  const reason = isError(cause) ? cause.message : String(cause);
  const problem = `the request failed ${often}: ${reason}${isForeign(url) ? foreignHint : ''}`;
  return new BacktestExportError('READ_FAILED', problem, details);
}

/** A browser does not tell a page why another origin's answer was kept from it. */
const foreignHint =
  '; if the server can be reached, it has to allow this page to read its files (CORS: Access-Control-Allow-Origin, and Access-Control-Expose-Headers: Content-Range, ETag)';

/** Whether a URL is of another origin than the page; outside of pages none is. */
export function isForeign(url: string): boolean {
  const own = globalThis.location?.origin;
  return own !== undefined && new URL(url).origin !== own;
}
