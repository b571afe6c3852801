import { resolveTimeouts, type EngineTimeouts } from './engine-limits.ts';
import type { QueryOptions, SqlCell, SqlEngine, TableHome } from './engine.ts';
import { locateBelow } from './local-root.ts';
import { checkTrinoOptions, type TrinoOptions } from './trino-options.ts';
import { connectTrino, type TrinoConnection } from './trino-requests.ts';
import { runTrinoStatement } from './trino-statement.ts';

/**
 * Trino, reached over HTTP by `trino-client`, which is loaded with the first statement. Statements can throw
 * `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED`, `ENGINE_UNREACHABLE`, `ENGINE_FORBIDDEN`, `ENGINE_SETTING_INVALID` for a catalog or
 * schema that is not there, `ENGINE_CANCELLED`, `ENGINE_FAILED`, `ENGINE_RESULT_INVALID`, `TIMED_OUT`, or the signal's reason.
 * After any of them the statement is cancelled in Trino; one whose first answer has not come ends by Trino's own
 * limit (`query.client.timeout`, five minutes). A server that is too busy (HTTP 429, 502, 503, 504, a full
 * queue) is asked again, up to eight times in a row with growing waits. Password and token appear in no error.
 * @throws `OPTION_INVALID`
 */
export function createTrinoEngine(options: TrinoOptions): SqlEngine {
  const address = checkTrinoOptions(options);
  return new TrinoEngine(address, options, resolveTimeouts('createTrinoEngine', options.timeouts));
}

class TrinoEngine implements SqlEngine {
  readonly name: string;
  readonly dialect = 'trino';
  readonly home: TableHome;
  readonly #options: TrinoOptions;
  readonly #timeouts: Required<EngineTimeouts>;
  #connection: Promise<TrinoConnection> | undefined;

  constructor(address: URL, options: TrinoOptions, timeouts: Required<EngineTimeouts>) {
    this.name = `Trino at ${address.origin}`;
    this.#options = { ...options, server: address.href.replace(/\/$/, '') };
    this.#timeouts = timeouts;
    this.home = { catalog: options.catalog, schema: options.schema };
  }

  locate(folder: string): string {
    return locateBelow(this.#options.localRoot, folder);
  }

  async *query(sql: string, options: QueryOptions = {}): AsyncGenerator<readonly SqlCell[], void, undefined> {
    options.signal?.throwIfAborted();
    this.#connection ??= connectTrino(this.name, this.#options);
    yield* runTrinoStatement(await this.#connection, sql, options, this.#timeouts);
  }
}
