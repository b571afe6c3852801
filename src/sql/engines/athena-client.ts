import type {
  GetQueryExecutionCommandOutput,
  GetQueryResultsCommandOutput,
  StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena';
import { given } from '../../given.ts';
import { loadPackage } from '../../load-package.ts';
import type { AthenaOptions } from './athena-options.ts';

/** The four operations of Athena that are used; each rejects as the SDK does. */
export interface AthenaConnection {
  start(input: StartQueryExecutionCommandInput, signal: AbortSignal): Promise<string | undefined>;
  state(id: string, signal: AbortSignal): Promise<GetQueryExecutionCommandOutput>;
  page(id: string, token: string | undefined, signal: AbortSignal): Promise<GetQueryResultsCommandOutput>;
  stop(id: string, signal: AbortSignal): Promise<unknown>;
}

/** Rows of a page, the most that Athena gives. */
const pageRows = 1000;

/**
 * Makes a client. The SDK itself repeats failed and throttled requests, with jitter, up to five attempts.
 * @throws `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED`
 */
export async function connectAthena({ region, profile, endpoint }: AthenaOptions): Promise<AthenaConnection> {
  const sdk = await loadPackage('@aws-sdk/client-athena', 'the engine Athena', () => import('@aws-sdk/client-athena'));
  const client = new sdk.AthenaClient({
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 10_000 },
    ...given({ region, profile, endpoint }),
  });
  return {
    async start(input, abortSignal) {
      return (await client.send(new sdk.StartQueryExecutionCommand(input), { abortSignal })).QueryExecutionId;
    },
    state: (QueryExecutionId, abortSignal) => {
      return client.send(new sdk.GetQueryExecutionCommand({ QueryExecutionId }), { abortSignal });
    },
    page: (QueryExecutionId, NextToken, abortSignal) => {
      const input = { QueryExecutionId, NextToken, MaxResults: pageRows };
      return client.send(new sdk.GetQueryResultsCommand(input), { abortSignal });
    },
    stop: (QueryExecutionId, abortSignal) => {
      return client.send(new sdk.StopQueryExecutionCommand({ QueryExecutionId }), { abortSignal });
    },
  };
}
