import type { QueryResult } from 'trino-client';
import { engineError } from './engine-error.ts';
import type { EngineTimeouts } from './engine-limits.ts';
import type { QueryOptions, SqlCell } from './engine.ts';
import { StatementWatch } from './statement-watch.ts';
import { isRefusedForNow, trinoError } from './trino-errors.ts';
import { readAnswer, requestError, statusOf, type TrinoConnection } from './trino-requests.ts';
import { readRows } from './trino-rows.ts';

/** Runs one statement: its answers name the next one, until one does not. */
export async function* runTrinoStatement(
  connection: TrinoConnection,
  sql: string,
  options: QueryOptions,
  timeouts: Required<EngineTimeouts>,
): AsyncGenerator<readonly SqlCell[], void, undefined> {
  const pages = new TrinoPages(connection, new StatementWatch(connection.name, options, timeouts));
  try {
    let width: number | undefined;
    for (let page: QueryResult | undefined = await pages.first(sql); page !== undefined; page = await pages.next()) {
      report(page, options);
      width ??= page.columns?.length;
      if (page.data !== undefined) yield* readRows(page, width, pages.place);
    }
  } finally {
    await pages.end();
  }
}

/** The answers about one statement, in order. */
class TrinoPages {
  readonly #connection: TrinoConnection;
  readonly #watch: StatementWatch;
  #next: string | undefined;
  /** Milliseconds until the next question, as long as there are no rows. */
  #idle = 0;

  constructor(connection: TrinoConnection, watch: StatementWatch) {
    this.#connection = connection;
    this.#watch = watch;
  }

  get place(): string {
    return this.#watch.place;
  }

  /** Starts the statement, again where Trino has no room for it yet. */
  async first(sql: string): Promise<QueryResult> {
    for (let again = 0; ; again++) {
      const answer = await this.#ask('POST', '/v1/statement', sql);
      if (again >= mostAgain || !isRefusedForNow(answer)) return this.#take(answer);
      await this.#watch.pause(waitBefore(again));
    }
  }

  /** Undefined after the last one. */
  async next(): Promise<QueryResult | undefined> {
    if (this.#next === undefined) return undefined;
    if (this.#idle > 0) await this.#watch.pause(this.#idle);
    return this.#take(await this.#ask('GET', this.#next));
  }

  /** Cancels the statement unless its last answer has come. */
  async end(): Promise<void> {
    const url = this.#next;
    if (url === undefined) return;
    await this.#watch.cancel((signal) => this.#connection.send({ method: 'DELETE', url, signal }));
  }

  #take(answer: QueryResult): QueryResult {
    const { secrets } = this.#connection;
    const { nextUri, error } = answer;
    this.#watch.id = answer.id;
    this.#next = undefined;
    this.#next = takeNext(this.#connection, this.place, nextUri);
    this.#idle = answer.data === undefined ? Math.min(longestIdle, this.#idle * 1.5 + shortestIdle) : 0;
    if (error === undefined) return answer;
    this.#next = undefined; // it has ended
    throw trinoError(this.place, error, secrets);
  }

  /** Asks, and again where the server is busy; a statement is only sent again where it surely was not taken. */
  async #ask(method: 'POST' | 'GET', url: string, data?: string): Promise<QueryResult> {
    for (let again = 0; ; again++) {
      try {
        const send = (signal: AbortSignal): Promise<unknown> => {
          return this.#connection.send({ method, url, signal, ...(data === undefined ? {} : { data }) });
        };
        return readAnswer(this.#connection, await this.#watch.request('an answer', send));
      } catch (error) {
        this.#watch.throwIfAborted();
        const isBusy = (method === 'GET' ? busy : busyBefore).has(statusOf(error));
        if (!isBusy || again >= mostAgain) throw requestError(this.#connection, this.place, error);
        await this.#watch.pause(waitBefore(again));
      }
    }
  }
}

/** The next page's address. @throws `ENGINE_FAILED` for one without TLS where the server has it: credentials would be sent in the open */
export function takeNext({ server }: TrinoConnection, place: string, next: string | undefined): string | undefined {
  if (next === undefined || !/^https:/i.test(server) || /^https:/i.test(next)) return next;
  throw engineError('ENGINE_FAILED', place, 'expected the next page at https://, as the server is, found http://');
}

/** Statuses after which Trino's protocol wants the same question again. */
const busy: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const busyBefore: ReadonlySet<number> = new Set([429, 503]);
const mostAgain = 8;
const shortestIdle = 20;
const longestIdle = 1000;

/** 0.1 s, 0.2 s … at most 5 s, with jitter. */
function waitBefore(again: number): number {
  return Math.min(5000, 100 * 2 ** again) * (0.75 + Math.random() / 2);
}

function report({ stats }: QueryResult, { onProgress }: QueryOptions): void {
  if (onProgress === undefined || stats === undefined) return;
  const { progressPercentage: percentage, physicalInputBytes, processedBytes } = stats;
  const done = typeof percentage === 'number' ? Math.min(1, percentage / 100) : null;
  onProgress({ done, scannedBytes: physicalInputBytes ?? processedBytes ?? null });
}
