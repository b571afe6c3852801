import { expect, it, onTestFinished } from 'vitest';
import {
  CreateWorkGroupCommand,
  AthenaClient,
  ListQueryExecutionsCommand,
  GetQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { createAthenaEngine, type AthenaOptions, type QueryProgress } from '#src/sql/index.js';
import { collect } from '../support/collect.ts';
import { failureOf } from '../support/failure.ts';
import { startMoto } from './moto.ts';

/**
 * Athena's protocol against moto's server: real requests of the real SDK, signatures, workgroups, states and pages. moto runs
 * no SQL: it answers with the results that are queued beforehand, so these tests say nothing about Athena's SQL.
 */
interface Queued {
  readonly rows: readonly Record<string, unknown>[];
  readonly column_info: readonly Record<string, unknown>[];
}

async function start(): Promise<{
  client: AthenaClient;
  options: AthenaOptions;
  queue: (result: Queued) => Promise<void>;
}> {
  const { endpoint } = await startMoto();
  const client = new AthenaClient({ endpoint, region: 'us-west-2' });
  onTestFinished(() => client.destroy());
  const queue = async (result: Queued): Promise<void> => {
    const body = JSON.stringify({ results: [result], region: 'us-west-2', account_id: '123456789012' });
    const response = await fetch(`${endpoint}/moto-api/static/athena/query-results`, { method: 'POST', body });
    expect(response.status).toBe(201);
  };
  return { client, options: { endpoint, region: 'us-west-2', outputLocation: 's3://exports/results/' }, queue };
}

function resultOf(columns: Readonly<Record<string, string>>, rows: readonly (readonly (string | null)[])[]): Queued {
  const header = Object.keys(columns);
  return {
    column_info: Object.entries(columns).map(([Name, Type]) => ({
      CatalogName: 'hive',
      SchemaName: '',
      TableName: '',
      Name,
      Label: Name,
      Type,
      Precision: 17,
      Scale: 0,
      Nullable: 'UNKNOWN',
      CaseSensitive: false,
    })),
    rows: [header, ...rows].map((row) => ({ Data: row.map((text) => (text === null ? {} : { VarCharValue: text })) })),
  };
}

it('runs a statement in a workgroup and reads its result', async () => {
  const { client, options, queue } = await start();
  await client.send(new CreateWorkGroupCommand({ Name: 'nightly' }));
  await queue(
    resultOf({ item: 'varchar', n: 'bigint', h: 'double' }, [
      ['a', '1', '0.1'],
      [null, '2', 'NaN'],
    ]),
  );
  const seen: QueryProgress[] = [];
  const engine = createAthenaEngine({ ...options, workgroup: 'nightly', database: 'lake' });
  expect(await collect(engine.query('SELECT 1', { onProgress: (progress) => seen.push(progress) }))).toEqual([
    ['a', 1, 0.1],
    [null, 2, Number.NaN],
  ]);
  expect(seen.at(-1)?.done).toBe(1);
  const { QueryExecutionIds: ids = [] } = await client.send(new ListQueryExecutionsCommand({ WorkGroup: 'nightly' }));
  expect(ids.length).toBe(1);
  const { QueryExecution: execution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId: ids[0] }));
  expect(execution).toMatchObject({
    Query: 'SELECT 1',
    WorkGroup: 'nightly',
    QueryExecutionContext: { Database: 'lake' },
    Status: { State: 'SUCCEEDED' },
  });
  expect(execution?.ResultConfiguration?.OutputLocation).toContain('s3://exports/results/');
});

it('names a workgroup that is not there', async () => {
  const { options } = await start();
  const engine = createAthenaEngine({ ...options, workgroup: 'nowhere' });
  const [code, message] = await failureOf(async () => collect(engine.query('SELECT 1')));
  expect([code, message]).toEqual(['ENGINE_SETTING_INVALID', expect.stringContaining('Athena, workgroup nowhere: ')]);
});

it('cannot reach a server that is not there', async () => {
  const engine = createAthenaEngine({ endpoint: 'http://127.0.0.1:1', region: 'us-west-2' });
  expect((await failureOf(async () => collect(engine.query('SELECT 1'))))[0]).toMatch(
    /^ENGINE_(?:UNREACHABLE|FORBIDDEN)$/,
  );
});
