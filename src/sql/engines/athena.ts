import { connectAthena, type AthenaConnection } from './athena-client.ts';
import { checkAthenaOptions, type AthenaOptions } from './athena-options.ts';
import { runAthenaStatement } from './athena-statement.ts';
import { resolveTimeouts, type EngineTimeouts } from './engine-limits.ts';
import type { QueryOptions, SqlCell, SqlEngine, TableHome } from './engine.ts';

/**
 * Amazon Athena, by `@aws-sdk/client-athena`, which is loaded with the first statement. Results are read by pages of 1,000 rows, of
 * which Athena gives about ten a second. Statements can throw `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED`, `ENGINE_UNREACHABLE`,
 * `ENGINE_FORBIDDEN`, `ENGINE_SETTING_INVALID` for a workgroup, database or output location that cannot be used,
 * `ENGINE_CANCELLED`, also by a workgroup's limit of bytes, `ENGINE_FAILED`, `ENGINE_RESULT_INVALID`, `TIMED_OUT`, or the
 * signal's reason. After any of them the statement is stopped in Athena. Throttled requests are repeated with growing waits.
 * The bytes that Athena charges are in the last call of `onProgress`.
 * @throws `OPTION_INVALID`
 */
export function createAthenaEngine(options: AthenaOptions = {}): SqlEngine {
  checkAthenaOptions(options);
  const timeouts = resolveTimeouts('createAthenaEngine', options.timeouts);
  return new AthenaEngine(options, timeouts, () => connectAthena(options));
}

/** The engine, with whatever client; tests give one that fails. */
export class AthenaEngine implements SqlEngine {
  readonly name: string;
  readonly dialect = 'athena';
  readonly home: TableHome;
  readonly #options: AthenaOptions;
  readonly #timeouts: Required<EngineTimeouts>;
  readonly #connect: () => Promise<AthenaConnection>;
  #connection: Promise<AthenaConnection> | undefined;

  constructor(options: AthenaOptions, timeouts: Required<EngineTimeouts>, connect: () => Promise<AthenaConnection>) {
    this.name = `Athena, workgroup ${options.workgroup ?? 'primary'}`;
    this.#options = options;
    this.#timeouts = timeouts;
    this.#connect = connect;
    this.home = { catalog: options.catalog, schema: options.database ?? 'default' };
  }

  async *query(sql: string, options: QueryOptions = {}): AsyncGenerator<readonly SqlCell[], void, undefined> {
    options.signal?.throwIfAborted();
    this.#connection ??= this.#connect();
    const settings = { ...this.#options, name: this.name };
    yield* runAthenaStatement(await this.#connection, settings, sql, options, this.#timeouts);
  }
}
