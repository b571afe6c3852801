import type {
  GetQueryResultsCommandOutput,
  QueryExecution,
  StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena';
import type { AthenaOptions } from '#src/sql/engines/athena-options.js';
import { AthenaEngine } from '#src/sql/engines/athena.js';
import { resolveTimeouts, type EngineTimeouts } from '#src/sql/engines/engine-limits.js';

/** What the fake does with each operation; what is left out succeeds at once with an empty result. */
export interface AthenaScript {
  readonly start?: (input: StartQueryExecutionCommandInput) => string | undefined | Promise<string>;
  /** The states in order; the last one stays. An error is thrown, a promise waited for. */
  readonly states?: readonly (QueryExecution | Error | Promise<never>)[];
  readonly page?: (token: string | undefined) => Partial<GetQueryResultsCommandOutput>;
}

/** An engine with a client that fails as the script says, for failures that a real one does not have at will; it runs no SQL. */
export function fakeAthena(
  script: AthenaScript,
  options: AthenaOptions = {},
  timeouts: EngineTimeouts = {},
): { readonly engine: AthenaEngine; readonly calls: string[] } {
  const calls: string[] = [];
  const states = [...(script.states ?? [succeeded])];
  const engine = new AthenaEngine(options, resolveTimeouts('test', timeouts), async () => ({
    start: async (input) => {
      calls.push('start');
      return script.start === undefined ? 'q-1' : script.start(input);
    },
    state: async (id) => {
      calls.push(`state ${id}`);
      const state = await (states.length > 1 ? states.shift() : states[0]);
      if (state instanceof Error) throw state;
      return { QueryExecution: state, $metadata: {} };
    },
    page: async (id, token) => {
      calls.push(`page ${id} ${token ?? 'first'}`);
      return { ...script.page?.(token), $metadata: {} };
    },
    stop: async (id) => calls.push(`stop ${id}`),
  }));
  return { engine, calls };
}

/** The state of a SELECT that has succeeded. */
export const succeeded: QueryExecution = {
  StatementType: 'DML',
  Status: { State: 'SUCCEEDED' },
  Statistics: { DataScannedInBytes: 1_234 },
};

/** A page as Athena gives it. */
export function athenaPage(
  columns: Readonly<Record<string, string>>,
  rows: readonly (readonly (string | undefined)[])[],
  token?: string,
): Partial<GetQueryResultsCommandOutput> {
  return {
    ResultSet: {
      ResultSetMetadata: { ColumnInfo: Object.entries(columns).map(([Name, Type]) => ({ Name, Type })) },
      Rows: rows.map((row) => ({ Data: row.map((text) => (text === undefined ? {} : { VarCharValue: text })) })),
    },
    ...(token === undefined ? {} : { NextToken: token }),
  };
}
