import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { assertOptions } from '../../options.ts';
import { BacktestExportError, isError } from '../../errors.ts';
import { given } from '../../given.ts';
import { loadPackage } from '../../load-package.ts';
import { onAbort } from '../../on-abort.ts';
import { createTemporaryStorage } from '../../storage/temporary.ts';
import type { TemporaryStorage } from '../../storage/temporary-storage.ts';
import type { S3Access } from '../../storage/s3/s3-access.ts';
import { prepareS3 } from './duckdb-s3.ts';
import { engineError, wordsOf, type EngineErrorCode } from './engine-error.ts';
import { resolveTimeouts, type EngineTimeouts } from './engine-limits.ts';
import type { QueryOptions, SqlCell, SqlEngine } from './engine.ts';
import { guardProgress } from './guard-progress.ts';
import { StatementWatch } from './statement-watch.ts';

/** Options of {@link createDuckDbEngine}. */
export interface DuckDbOptions {
  /** Threads of DuckDB; by default one per core. */
  readonly threads?: number;
  /** Memory of DuckDB, such as `4GB`, beyond which it writes temporary files; by default four fifths of the machine's. */
  readonly memoryLimit?: string;
  /** An existing folder for temporary files; by default the system's. */
  readonly temporaryFolder?: string;
  /** How to reach locations `s3://…`; by default as the AWS SDK finds it. */
  readonly s3?: S3Access;
  /** Folder that holds DuckDB's extensions, such as httpfs for S3; by default the one in the home directory. */
  readonly extensionFolder?: string;
  readonly timeouts?: EngineTimeouts;
}

/** The engine of {@link createDuckDbEngine}. */
export interface DuckDbEngine extends SqlEngine {
  /** Frees DuckDB's memory and threads; nothing can be run afterwards. */
  close(): void;
}

/**
 * DuckDB within this process, with a database in memory. It reads local files, and with its extension httpfs, which DuckDB
 * downloads once, also S3. Needs `@duckdb/node-api`, loaded with the first statement, which can throw `DEPENDENCY_MISSING` and
 * `DEPENDENCY_FAILED`; then `ENGINE_FAILED`, `ENGINE_FORBIDDEN`, `TIMED_OUT`, or the signal's reason.
 * @throws `OPTION_INVALID`
 */
export function createDuckDbEngine(options: DuckDbOptions = {}): DuckDbEngine {
  assertOptions('createDuckDbEngine', options, {
    threads: 'a number',
    memoryLimit: 'text',
    temporaryFolder: 'text',
    s3: 'an object',
    extensionFolder: 'text',
    timeouts: 'an object',
  });
  const { threads, memoryLimit } = options;
  if (threads !== undefined && !(Number.isSafeInteger(threads) && threads >= 1 && threads <= 1024)) {
    throw invalid(`createDuckDbEngine.threads: expected a whole number from 1 to 1024, found ${threads}`);
  }
  if (memoryLimit !== undefined && !/^\d{1,9}(?:\.\d{1,6})? ?[KMGT]i?B$/.test(memoryLimit)) {
    throw invalid("createDuckDbEngine.memoryLimit: expected a size such as '4GB' or '512MiB'");
  }
  return new DuckDb(options, resolveTimeouts('createDuckDbEngine', options.timeouts));
}

class DuckDb implements DuckDbEngine {
  readonly name = 'DuckDB';
  readonly dialect = 'duckdb';
  readonly #options: DuckDbOptions;
  readonly #timeouts: Required<EngineTimeouts>;
  #instance: Promise<DuckDBInstance> | undefined;
  #hasS3: Promise<void> | undefined;
  #room: TemporaryStorage | undefined;
  #isClosed = false;

  constructor(options: DuckDbOptions, timeouts: Required<EngineTimeouts>) {
    this.#options = options;
    this.#timeouts = timeouts;
  }

  async *query(sql: string, unguarded: QueryOptions = {}): AsyncGenerator<readonly SqlCell[], void, undefined> {
    const options = guardProgress(unguarded);
    const watch = new StatementWatch(this.name, options, this.#timeouts);
    if (this.#isClosed) throw engineError('ENGINE_FAILED', this.name, 'it was closed');
    const instance = await watch.result('DuckDB', () => (this.#instance ??= this.#open()));
    const connection = await watch.result('a connection', () => instance.connect());
    const statement = new RunningStatement(connection, watch);
    const stop = reportProgress(connection, options);
    try {
      if (options.onProgress !== undefined) await statement.run(measured, []);
      if (/s3:\/\//i.test(sql)) await this.#reachS3(statement);
      yield* statement.rows(sql);
      options.onProgress?.({ done: 1, scannedBytes: null });
      watch.throwIfAborted();
    } finally {
      stop();
      statement.end();
    }
  }

  close(): void {
    this.#isClosed = true;
    const close = async (instance: DuckDBInstance): Promise<void> => {
      instance.closeSync();
      await this.#room?.remove();
    };
    void this.#instance?.then(close).catch(() => undefined);
  }

  async #open(): Promise<DuckDBInstance> {
    const { DuckDBInstance: Instance } = await loadDuckDb();
    const { threads, memoryLimit, temporaryFolder, extensionFolder } = this.#options;
    // DuckDB's own choice would be the working directory
    const room = await createTemporaryStorage(temporaryFolder);
    const { transfer } = room.storage;
    const settings = given({
      threads: threads === undefined ? undefined : String(threads),
      memory_limit: memoryLimit,
      temp_directory: transfer?.kind === 'local' ? transfer.root : undefined,
      extension_directory: extensionFolder,
    });
    try {
      // statements are the library's own: what is not there is an error, nothing is downloaded unasked
      const instance = await Instance.create(':memory:', { autoinstall_known_extensions: 'false', ...settings });
      this.#room = room;
      return instance;
    } catch (error) {
      await room.remove();
      throw duckDbError(this.name, error);
    }
  }

  async #reachS3(statement: RunningStatement): Promise<void> {
    this.#hasS3 ??= prepareS3((sql, secrets) => statement.run(sql, secrets), this.#options.s3 ?? {});
    try {
      await this.#hasS3;
    } catch (error) {
      this.#hasS3 = undefined; // the next statement tries again
      throw error;
    }
  }
}

/** The package's module. Its name is no literal of `import()`: it has native code, at which bundlers fail, so that it stays outside. */
function loadDuckDb(name: string = '@duckdb/node-api'): Promise<typeof import('@duckdb/node-api')> {
  return loadPackage(name, 'the engine DuckDB', async () => {
    const loaded: unknown = await import(name);
    return loaded as typeof import('@duckdb/node-api');
  });
}

/** A connection of its own for a statement, so that an interruption ends this one alone. */
class RunningStatement {
  readonly #connection: DuckDBConnection;
  readonly #watch: StatementWatch;
  /** What DuckDB does at the moment; a connection must not be closed before it has ended. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(connection: DuckDBConnection, watch: StatementWatch) {
    this.#connection = connection;
    this.#watch = watch;
  }

  async *rows(sql: string): AsyncGenerator<readonly SqlCell[], void, undefined> {
    const result = await this.#do(() => this.#connection.stream(sql));
    for (;;) {
      const chunk = await this.#do(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      for (const row of chunk.getRows()) yield row.map(toCell);
    }
  }

  async run(sql: string, secrets: readonly string[]): Promise<void> {
    await this.#do(() => this.#connection.run(sql), secrets);
  }

  /** Interrupts what still runs, and closes the connection once DuckDB has let go of it. */
  end(): void {
    const close = (): void => this.#connection.closeSync();
    void this.#work.then(close, close);
  }

  #do<Result>(work: () => Promise<Result>, secrets: readonly string[] = []): Promise<Result> {
    return this.#watch.result('a result', async (signal) => {
      const forget = onAbort(signal, () => this.#connection.interrupt());
      const running = work();
      this.#work = running;
      try {
        return await running;
      } catch (error) {
        throw duckDbError(this.#watch.place, error, secrets);
      } finally {
        forget();
      }
    });
  }
}

/** Lets DuckDB count how far it is, and print nothing of it. */
const measured = 'SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET progress_bar_time = 0';

/** Reports how far a connection's statement is, a few times a second; returns what ends it. */
function reportProgress(connection: DuckDBConnection, { onProgress }: QueryOptions): () => void {
  if (onProgress === undefined) return () => undefined;
  const timer = setInterval(() => {
    const { percentage } = connection.progress;
    onProgress({ done: percentage >= 0 ? Math.min(1, percentage / 100) : null, scannedBytes: null });
  }, 250);
  return () => clearInterval(timer);
}

/** Numbers, texts and truth as they are; times, decimals and the like as DuckDB writes them. */
function toCell(value: DuckDBValue): SqlCell {
  if (value === null || typeof value !== 'object') return value;
  return value.toString();
}

function duckDbError(place: string, error: unknown, secrets: readonly string[] = []): Error {
  if (error instanceof BacktestExportError) return error;
  const [first = ''] = (isError(error) ? error.message : String(error)).split('\n');
  const known = codes.find(({ pattern }) => pattern.test(first));
  return engineError(known?.code ?? 'ENGINE_FAILED', place, wordsOf(error), error, secrets);
}

const codes: readonly { readonly pattern: RegExp; readonly code: EngineErrorCode }[] = [
  {
    pattern: /^(?:Permission Error|Invalid Configuration Error: .*(?:disabled|not allowed))/,
    code: 'ENGINE_FORBIDDEN',
  },
  { pattern: /(?:Permission denied|HTTP (?:Error: )?(?:.*\D)?(?:401|403)\b|AccessDenied)/, code: 'ENGINE_FORBIDDEN' },
  { pattern: /(?:Could not (?:establish connection|connect)|Connection error)/i, code: 'ENGINE_UNREACHABLE' },
];

function invalid(problem: string): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', problem);
}
