import type { QueryExecution, StartQueryExecutionCommandInput } from '@aws-sdk/client-athena';
import { BacktestExportError } from '../../errors.ts';
import { given } from '../../given.ts';
import type { AthenaConnection } from './athena-client.ts';
import { executionError, isThrottled, requestError } from './athena-errors.ts';
import { readHeader, readPage } from './athena-rows.ts';
import type { AthenaOptions } from './athena-options.ts';
import { engineError } from './engine-error.ts';
import type { EngineTimeouts } from './engine-limits.ts';
import type { QueryOptions, SqlCell } from './engine.ts';
import { StatementWatch } from './statement-watch.ts';

/** The engine's settings with its name. */
type Settings = AthenaOptions & { readonly name: string };

/** Runs one statement: starts it, asks until it has ended, and reads its result page by page. */
export async function* runAthenaStatement(
  connection: AthenaConnection,
  settings: Settings,
  sql: string,
  options: QueryOptions,
  timeouts: Required<EngineTimeouts>,
): AsyncGenerator<readonly SqlCell[], void, undefined> {
  const statement = new AthenaStatement(connection, new StatementWatch(settings.name, options, timeouts));
  try {
    await statement.start(startInput(settings, sql));
    const ended = await statement.ended(options);
    yield* statement.rows(ended.StatementType);
  } finally {
    await statement.end();
  }
}

function startInput(settings: AthenaOptions, sql: string): StartQueryExecutionCommandInput {
  const { workgroup = 'primary', outputLocation, catalog, database } = settings;
  return {
    QueryString: sql,
    WorkGroup: workgroup,
    // the same in each repetition, so that Athena starts one statement only
    ClientRequestToken: globalThis.crypto.randomUUID(),
    QueryExecutionContext: given({ Catalog: catalog, Database: database }),
    ...(outputLocation === undefined ? {} : { ResultConfiguration: { OutputLocation: outputLocation } }),
  };
}

class AthenaStatement {
  readonly #connection: AthenaConnection;
  readonly #watch: StatementWatch;
  #id: string | undefined;
  #isOver = false;

  constructor(connection: AthenaConnection, watch: StatementWatch) {
    this.#connection = connection;
    this.#watch = watch;
  }

  async start(input: StartQueryExecutionCommandInput): Promise<void> {
    const id = await this.#ask((signal) => this.#connection.start(input, signal)).catch(async (error: unknown) => {
      await this.#stopUnknown(input, error);
      throw error;
    });
    if (id === undefined) throw this.#invalid('expected the id of the statement, found none');
    this.#id = id;
    this.#watch.id = id;
  }

  /** Asks at growing intervals, 0.1 s to 5 s, until the statement has succeeded. */
  async ended({ onProgress }: QueryOptions): Promise<QueryExecution> {
    const id = this.#known();
    for (let wait = 100; ; wait = Math.min(5000, wait * 1.5)) {
      const { QueryExecution: execution = {} } = await this.#ask((signal) => this.#connection.state(id, signal));
      const scanned = execution.Statistics?.DataScannedInBytes ?? null;
      const state = execution.Status?.State;
      if (state === 'SUCCEEDED') {
        this.#isOver = true;
        onProgress?.({ done: 1, scannedBytes: scanned });
        return execution;
      }
      if (state === 'FAILED' || state === 'CANCELLED') {
        this.#isOver = true;
        throw executionError(this.#watch.place, execution);
      }
      if (state !== 'QUEUED' && state !== 'RUNNING') throw this.#invalid(`expected a state, found ${String(state)}`);
      onProgress?.({ done: null, scannedBytes: scanned });
      await this.#watch.pause(wait);
    }
  }

  async *rows(type: QueryExecution['StatementType']): AsyncGenerator<readonly SqlCell[], void, undefined> {
    const id = this.#known();
    const { place } = this.#watch;
    let token: string | undefined;
    let isFirst = true;
    do {
      const { ResultSet: set, NextToken: next } = await this.#ask((signal) => this.#connection.page(id, token, signal));
      const skipped = isFirst ? readHeader(set, type, place) : 0;
      yield* readPage(set, skipped, place);
      if (next !== undefined && next === token) throw this.#invalid('a page names itself as the next one');
      [token, isFirst] = [next, false];
    } while (token !== undefined);
  }

  /** Stops the statement unless it has ended. */
  async end(): Promise<void> {
    const id = this.#id;
    if (id === undefined || this.#isOver) return;
    await this.#watch.cancel((signal) => this.#connection.stop(id, signal));
  }

  /** Asks, and where the account's rate of requests is used up, again with growing waits. */
  async #ask<Result>(send: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    for (let again = 0; ; again++) {
      try {
        return await this.#watch.request('an answer', send);
      } catch (error) {
        this.#watch.throwIfAborted();
        if (again >= mostAgain || !isThrottled(error)) throw requestError(this.#watch.place, error);
        await this.#watch.pause(Math.min(20_000, 500 * 2 ** again) * (0.75 + Math.random() / 2));
      }
    }
  }

  /** A request that was given up may have started the statement all the same: its token asks for the id, so that it can be stopped. */
  async #stopUnknown(input: StartQueryExecutionCommandInput, error: unknown): Promise<void> {
    const isGivenUp = this.#watch.isAborted || (error instanceof BacktestExportError && error.code === 'TIMED_OUT');
    if (!isGivenUp) return;
    await this.#watch.cancel(async (signal) => {
      const id = await this.#connection.start(input, signal);
      if (id !== undefined) await this.#connection.stop(id, signal);
    });
  }

  #known(): string {
    if (this.#id === undefined) throw this.#invalid('the statement was not started');
    return this.#id;
  }

  #invalid(problem: string): Error {
    return engineError('ENGINE_RESULT_INVALID', this.#watch.place, problem);
  }
}

/** Repetitions of a throttled request, beyond the SDK's own: with growing waits about two minutes. */
const mostAgain = 10;
