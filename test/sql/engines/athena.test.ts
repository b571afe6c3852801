import {
  InvalidRequestException,
  TooManyRequestsException,
  type QueryExecution,
  type StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ErrorCode } from '#src/errors.js';
import { createAthenaEngine, type AthenaOptions, type QueryProgress } from '#src/sql/index.js';
import { collect } from '../../support/collect.js';
import { failure, failureOf } from '../../support/failure.js';
import { athenaPage, fakeAthena, succeeded } from '../../support/fake-athena.js';

const place = 'Athena, workgroup primary';
const running: QueryExecution = { Status: { State: 'RUNNING' }, Statistics: { DataScannedInBytes: 7 } };
const columns = { item: 'varchar', n: 'bigint', h: 'double', ok: 'boolean' };
const header = ['item', 'n', 'h', 'ok'];

function invalidRequest(message: string): Error {
  return new InvalidRequestException({ message, $metadata: { httpStatusCode: 400 } });
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function failed(reason: string, state: 'FAILED' | 'CANCELLED' = 'FAILED'): QueryExecution {
  return { Status: { State: state, StateChangeReason: reason } };
}

describe('createAthenaEngine', () => {
  it('reads every page, without the header of the first, in the types of the columns', async () => {
    const first = athenaPage(
      columns,
      [header, ['a', '1', '1.5', 'true'], ['', '-9223372036854775808', 'NaN', 'false']],
      'two',
    );
    const second = athenaPage(columns, [[undefined, undefined, '-1.0E-7', undefined]]);
    let input: StartQueryExecutionCommandInput | undefined;
    const start = (given: StartQueryExecutionCommandInput): string => ((input = given), 'q-1');
    const { engine, calls } = fakeAthena(
      { start, states: [running, succeeded], page: (token) => (token === 'two' ? second : first) },
      { workgroup: 'wg', outputLocation: 's3://out/x/', catalog: 'AwsDataCatalog', database: 'lake' },
    );
    const seen: QueryProgress[] = [];
    expect(await collect(engine.query('SELECT 1', { onProgress: (progress) => seen.push(progress) }))).toEqual([
      ['a', 1, 1.5, true],
      ['', -(2n ** 63n), Number.NaN, false],
      [null, null, -1e-7, null],
    ]);
    expect(calls).toEqual(['start', 'state q-1', 'state q-1', 'page q-1 first', 'page q-1 two']);
    expect(input).toEqual({
      QueryString: 'SELECT 1',
      WorkGroup: 'wg',
      ClientRequestToken: expect.stringMatching(/^[\da-f-]{36}$/),
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'lake' },
      ResultConfiguration: { OutputLocation: 's3://out/x/' },
    });
    expect(seen).toEqual([
      { done: null, scannedBytes: 7 },
      { done: 1, scannedBytes: 1_234 },
    ]);
  });

  it('finds no header in the result of other statements', async () => {
    const page = athenaPage({ table: 'string' }, [['table'], ['b']]);
    const utility = { ...succeeded, StatementType: 'UTILITY' as const };
    const { engine } = fakeAthena({ states: [utility], page: () => page });
    expect(await collect(engine.query('SHOW TABLES'))).toEqual([['table'], ['b']]);
  });

  it.each<[string, QueryExecution | Error, ErrorCode]>([
    ['a workgroup', invalidRequest('WorkGroup wg is not found.'), 'ENGINE_SETTING_INVALID'],
    ['an output location', invalidRequest('No output location provided.'), 'ENGINE_SETTING_INVALID'],
    ['the SQL', invalidRequest("line 1:8: mismatched input 'x'"), 'ENGINE_FAILED'],
    ['permission', named('AccessDeniedException', 'User: x is not authorized'), 'ENGINE_FORBIDDEN'],
    ['credentials', named('CredentialsProviderError', 'Could not load credentials'), 'ENGINE_FORBIDDEN'],
    ['a region', new Error('Region is missing'), 'ENGINE_SETTING_INVALID'],
    ['a connection', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'ENGINE_UNREACHABLE'],
    ['a database', failed('SCHEMA_NOT_FOUND: line 1:15: Schema x does not exist'), 'ENGINE_SETTING_INVALID'],
    ['access to the data', failed('Access Denied (Service: Amazon S3; Status Code: 403)'), 'ENGINE_FORBIDDEN'],
    ['time', failed('Query timeout'), 'TIMED_OUT'],
    ['bytes', failed('Bytes scanned limit was exceeded', 'CANCELLED'), 'ENGINE_CANCELLED'],
    ['sense', failed('COLUMN_NOT_FOUND: line 1:8'), 'ENGINE_FAILED'],
    ['a known state', { Status: {} }, 'ENGINE_RESULT_INVALID'],
  ])('a statement without %s fails with a code of its own', async (_, state, code) => {
    const { engine, calls } = fakeAthena({ states: [state] });
    const [found, message] = await failureOf(async () => collect(engine.query('SELECT 1')));
    expect(found).toBe(code);
    expect(message).toContain(`${place}, statement q-1: `);
    // one that has ended needs no stop
    const hasEnded = !(state instanceof Error) && state.Status?.State !== undefined;
    expect(calls.filter((call) => call === 'stop q-1').length).toBe(hasEnded ? 0 : 1);
  });

  it.each([
    [
      'a SELECT without its header',
      athenaPage(columns, [['a', '1', '1', 'true']]),
      'expected the names of 4 columns in the first row, found others',
    ],
    ['a short row', athenaPage(columns, [header, ['a']]), 'expected a row of 4 columns, found 1'],
    [
      'another type',
      athenaPage(columns, [header, ['a', '1.5', '1', 'true']]),
      "column 'n': expected bigint, found '1.5'",
    ],
    [
      'a page without end',
      { ...athenaPage(columns, [header]), NextToken: 'same' },
      'a page names itself as the next one',
    ],
  ])('%s is ENGINE_RESULT_INVALID', async (_, page, problem) => {
    let asked = 0;
    const { engine } = fakeAthena({
      page: (token) => {
        // without an end that is noticed, the test would have none either
        if (++asked > 5) throw new Error('asked for ever');
        return token === undefined ? page : { ...page, ResultSet: {} };
      },
    });
    const message = `${place}, statement q-1: ${problem}`;
    expect(await failureOf(async () => collect(engine.query('SELECT 1')))).toEqual(['ENGINE_RESULT_INVALID', message]);
  });

  it('repeats what was throttled, with the same token, so that one statement is started', async () => {
    const tokens: unknown[] = [];
    const { engine, calls } = fakeAthena({
      start: ({ ClientRequestToken }) => {
        if (tokens.push(ClientRequestToken) === 1)
          throw new TooManyRequestsException({ message: 'slow', $metadata: {} });
        return 'q-1';
      },
      page: () => athenaPage(columns, [header]),
    });
    expect(await collect(engine.query('SELECT 1'))).toEqual([]);
    expect(calls.slice(0, 2)).toEqual(['start', 'start']);
    expect(tokens[0]).toBe(tokens[1]);
  });

  it('repeats it ten times at most', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const start = (): never => {
      throw new TooManyRequestsException({ message: 'slow', $metadata: {} });
    };
    const { engine, calls } = fakeAthena({ start });
    const failing = failureOf(async () => collect(engine.query('SELECT 1')));
    await vi.advanceTimersByTimeAsync(300_000);
    expect(calls).toEqual(Array.from({ length: 11 }, () => 'start'));
    expect((await failing)[0]).toBe('ENGINE_FAILED');
  });

  it('stops the statement when the signal fires, when time is up, and in the middle of a result', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const never = new Promise<never>(() => undefined);
    const aborted = fakeAthena({ states: [running, never] });
    setTimeout(() => stop.abort(reason), 150);
    await expect(collect(aborted.engine.query('SELECT 1', { signal: stop.signal }))).rejects.toBe(reason);
    expect(aborted.calls).toEqual(['start', 'state q-1', 'state q-1', 'stop q-1']);

    const late = fakeAthena({ states: [running] }, {}, { statement: 30 });
    const problem = 'expected the end of the statement within 0.03 s, and it was cancelled';
    const found = await failureOf(async () => collect(late.engine.query('SELECT 1')));
    expect(found).toEqual(['TIMED_OUT', `${place}, statement q-1: ${problem}`]);
    expect(late.calls.at(-1)).toBe('stop q-1');

    const silent = fakeAthena({ states: [never] }, {}, { request: 30 });
    expect(await failureOf(async () => collect(silent.engine.query('SELECT 1')))).toEqual([
      'TIMED_OUT',
      `${place}, statement q-1: expected an answer within 0.03 s, found none`,
    ]);
  });

  it('stops a statement whose start was given up before its id was known', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    for (const [how, timeouts] of [
      [{ signal: stop.signal }, {}],
      [{}, { request: 30 }],
    ] as const) {
      const tokens: unknown[] = [];
      const { engine, calls } = fakeAthena(
        {
          start: ({ ClientRequestToken }) => {
            if (tokens.push(ClientRequestToken) > 1) return 'q-9';
            if ('signal' in how) setTimeout(() => stop.abort(reason), 1);
            return new Promise<never>(() => undefined);
          },
        },
        {},
        timeouts,
      );
      const error = await collect(engine.query('SELECT 1', how)).catch((failed: unknown) => failed);
      if ('signal' in how) expect(error).toBe(reason);
      else expect(error).toMatchObject({ code: 'TIMED_OUT' });
      expect(calls).toEqual(['start', 'start', 'stop q-9']);
      expect(tokens[0]).toBe(tokens[1]);
    }
    // one that Athena refuses has not begun
    const refused = fakeAthena({
      start: () => {
        throw invalidRequest('no');
      },
    });
    await failureOf(async () => collect(refused.engine.query('SELECT 1')));
    expect(refused.calls).toEqual(['start']);
  });

  it.each<[AthenaOptions, string]>([
    [{ workgroup: 'a b' }, "workgroup: expected 1 to 128 of the characters a-z, A-Z, 0-9, _, . and -, found 'a b'"],
    [{ outputLocation: '/tmp' }, "outputLocation: expected s3://bucket/prefix/, found '/tmp'"],
    [{ database: ' ' }, "database: expected a name of 1 to 255 characters, found ' '"],
    [{ region: 'eu west' }, "region: expected the name of a region, such as eu-west-1, found 'eu west'"],
    [{ endpoint: 'athena' }, "endpoint: expected a URL that begins with http:// or https://, found 'athena'"],
  ])('refuses %o', (options, problem) => {
    expect(failure(() => createAthenaEngine(options))).toEqual(['OPTION_INVALID', `createAthenaEngine.${problem}`]);
  });
});
