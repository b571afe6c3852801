import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BacktestExportError, type ErrorCode } from '#src/errors.js';
import { resolveTimeouts } from '#src/sql/engines/engine-limits.js';
import { runTrinoStatement } from '#src/sql/engines/trino-statement.js';
import { createTrinoEngine, type QueryProgress, type TrinoOptions } from '#src/sql/index.js';
import { collect } from '../../support/collect.js';
import { failure, failureOf } from '../../support/failure.js';
import { startFakeTrino, type TrinoAsked, type TrinoReply } from '../../support/fake-trino.js';

const columns = [
  { name: 'item', type: 'varchar' },
  { name: 'n', type: 'bigint' },
  { name: 'h', type: 'double' },
];
const id = '20261126_000000_00001_abcde';

/** The pages of a result, after the answer to the statement itself. */
function pages(...bodies: readonly object[]): (asked: TrinoAsked, server: string) => TrinoReply {
  return ({ method, path }, server) => {
    if (method === 'DELETE') return { status: 204 };
    const at = method === 'POST' ? 0 : Number(path.split('/').at(-1));
    const next = at < bodies.length ? { nextUri: `${server}/v1/statement/executing/${id}/${at + 1}` } : {};
    return { body: { id, ...next, ...(at === 0 ? {} : bodies[at - 1]) } };
  };
}

function failing(errorName: string, message = 'the words of Trino'): (asked: TrinoAsked, server: string) => TrinoReply {
  return pages({ error: { message, errorCode: 1, errorName, errorType: 'USER_ERROR' } });
}

async function rowsOf(options: TrinoOptions, signal?: AbortSignal): Promise<unknown[]> {
  return collect(createTrinoEngine(options).query('SELECT 1', { signal }));
}

describe('createTrinoEngine', () => {
  it('reads the pages of a result in order, and reports progress', async () => {
    const first = {
      columns,
      data: [
        ['a', 1, 1.5],
        [null, 2, 'NaN'],
      ],
      stats: { progressPercentage: 50, physicalInputBytes: 7 },
    };
    const { server, asked } = await startFakeTrino(pages({}, first, { columns, data: [['', 3, -0]] }));
    const seen: QueryProgress[] = [];
    const engine = createTrinoEngine({
      server,
      catalog: 'hive',
      schema: 'lake',
      session: { query_max_run_time: '2h' },
    });
    const rows = await collect(engine.query('SELECT 2', { onProgress: (progress) => seen.push(progress) }));
    expect(rows).toEqual([
      ['a', 1, 1.5],
      [null, 2, 'NaN'],
      ['', 3, 0],
    ]);
    expect(seen).toEqual([{ done: 0.5, scannedBytes: 7 }]);
    expect(engine).toMatchObject({ name: `Trino at ${server}`, dialect: 'trino' });
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET']);
    expect(asked[0]).toMatchObject({
      path: '/v1/statement',
      body: 'SELECT 2',
      headers: {
        'x-trino-user': 'backtest-export',
        'x-trino-source': 'backtest-export',
        'x-trino-catalog': 'hive',
        'x-trino-schema': 'lake',
        'x-trino-session': 'query_max_run_time=2h',
      },
    });
  });

  it('keeps the sign of zero and every digit of a double', async () => {
    const { server } = await startFakeTrino(pages({ columns, data: [['-0.0', 0, 0.1 + 0.2]] }));
    expect(await rowsOf({ server })).toEqual([['-0.0', 0, 0.30000000000000004]]);
  });

  it.each<[string, ErrorCode]>([
    ['PERMISSION_DENIED', 'ENGINE_FORBIDDEN'],
    ['CATALOG_NOT_FOUND', 'ENGINE_SETTING_INVALID'],
    ['SCHEMA_NOT_FOUND', 'ENGINE_SETTING_INVALID'],
    ['NOT_FOUND', 'ENGINE_SETTING_INVALID'],
    ['USER_CANCELED', 'ENGINE_CANCELLED'],
    ['EXCEEDED_TIME_LIMIT', 'TIMED_OUT'],
    ['SYNTAX_ERROR', 'ENGINE_FAILED'],
  ])('%s is %s, with the place and the words of Trino', async (name, code) => {
    const { server, asked } = await startFakeTrino(failing(name));
    const message = `Trino at ${server}, statement ${id}: ${name}: the words of Trino`;
    expect(await failureOf(async () => rowsOf({ server }))).toEqual([code, message]);
    expect(asked.some(({ method }) => method === 'DELETE')).toBe(false);
  });

  it.each<[number, ErrorCode]>([
    [401, 'ENGINE_FORBIDDEN'],
    [403, 'ENGINE_FORBIDDEN'],
    [404, 'ENGINE_UNREACHABLE'],
    [302, 'ENGINE_UNREACHABLE'],
    [500, 'ENGINE_FAILED'],
  ])('HTTP %i is %s', async (status, code) => {
    const { server, asked } = await startFakeTrino(() => ({ status }));
    const [found, message] = await failureOf(async () => rowsOf({ server }));
    expect(found).toBe(code);
    expect(message).toContain(`Trino at ${server}: `);
    expect(asked.length).toBe(1);
  });

  it('goes to no other server, which would get the credentials', async () => {
    const elsewhere = await startFakeTrino(() => ({ body: { id } }));
    const { server } = await startFakeTrino(() => ({ status: 307, to: `${elsewhere.server}/v1/statement` }));
    const found = await failureOf(async () => rowsOf({ server, token: 'open-sesame' }));
    expect(found).toEqual(['ENGINE_UNREACHABLE', `Trino at ${server}: HTTP 307: this is no Trino`]);
    expect(elsewhere.asked).toEqual([]);
  });

  it.each([
    { nextUri: 5 },
    { nextUri: null },
    { error: 'broken' },
    { error: { message: 'broken' } },
    { columns: 'item' },
    { stats: null },
  ])('takes %o for no answer of Trino', async (members) => {
    const { server } = await startFakeTrino(() => ({ body: { id, ...members } }));
    expect(await failureOf(async () => rowsOf({ server }))).toEqual([
      'ENGINE_UNREACHABLE',
      `Trino at ${server}: expected an answer of Trino, found something else`,
    ]);
  });

  it('where nothing listens, or something else, is ENGINE_UNREACHABLE', async () => {
    const [found, message] = await failureOf(async () => rowsOf({ server: 'http://127.0.0.1:1' }));
    expect(found).toBe('ENGINE_UNREACHABLE');
    expect(message).toBe('Trino at http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1');
    const { server } = await startFakeTrino(() => ({ body: { hello: 'world' } }));
    expect((await failureOf(async () => rowsOf({ server })))[0]).toBe('ENGINE_UNREACHABLE');
  });

  it('asks a busy server again, and sends a statement again only where it was not taken', async () => {
    const result = pages({ columns, data: [['a', 1, 1]] });
    let left = 2;
    const { server, asked } = await startFakeTrino((request, address) =>
      left-- > 0 ? { status: 503 } : result(request, address),
    );
    expect(await rowsOf({ server })).toEqual([['a', 1, 1]]);
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'GET']);
    const gateway = await startFakeTrino(() => ({ status: 504 }));
    expect((await failureOf(async () => rowsOf({ server: gateway.server })))[0]).toBe('ENGINE_FAILED');
    expect(gateway.asked.length).toBe(1);
  });

  it.each([
    ['a busy server', async () => Promise.reject(Object.assign(new Error('busy'), { response: { status: 503 } }))],
    ['a full queue', async () => ({ id, error: { message: 'full', errorName: 'QUERY_QUEUE_FULL' } })],
  ])('asks %s nine times at most', async (_, send) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const asked = vi.fn(send);
    const connection = { name: 'Trino', server: 'http://a', secrets: [], send: asked };
    const failing = failureOf(async () =>
      collect(runTrinoStatement(connection, 'SELECT 1', {}, resolveTimeouts('test'))),
    );
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveBeenCalledTimes(9);
    expect((await failing)[0]).toBe('ENGINE_FAILED');
  });

  it('sends a statement again for which the queue was full', async () => {
    let left = 1;
    const error = { message: 'full', errorCode: 1, errorName: 'QUERY_QUEUE_FULL', errorType: 'INSUFFICIENT_RESOURCES' };
    const result = pages({ columns, data: [['a', 1, 1]] });
    const { server } = await startFakeTrino((request, address) =>
      left-- > 0 ? { body: { id, error } } : result(request, address),
    );
    expect(await rowsOf({ server })).toEqual([['a', 1, 1]]);
  });

  it.each([
    [{ columns, data: [['a', 1]] }, 'expected a row of 3 columns, found 2'],
    [{ columns, data: 'rows' }, "expected rows, found 'rows'"],
    [{ columns, data: [['a', 2 ** 53, 1]] }, "column 'n': expected a whole number below 2^53, found 9007199254740992"],
    [{ columns, data: [['a', 1, [1]]] }, "column 'h': expected text or a number, found an array"],
  ])('a page that does not fit its columns is ENGINE_RESULT_INVALID: %#', async (page, problem) => {
    const { server, asked } = await startFakeTrino(pages(page, {}));
    const message = `Trino at ${server}, statement ${id}: ${problem}`;
    expect(await failureOf(async () => rowsOf({ server }))).toEqual(['ENGINE_RESULT_INVALID', message]);
    expect(asked.at(-1)?.method).toBe('DELETE');
  });

  it('cancels the statement when the signal fires, and throws its reason', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const result = pages({}, {});
    const { server, asked } = await startFakeTrino((request, address) => {
      if (request.method !== 'GET') return result(request, address);
      setTimeout(() => stop.abort(reason), 5);
      return 'silence';
    });
    await expect(rowsOf({ server }, stop.signal)).rejects.toBe(reason);
    expect(asked.at(-1)).toMatchObject({ method: 'DELETE', path: `/v1/statement/executing/${id}/1` });
    await expect(rowsOf({ server }, stop.signal)).rejects.toBe(reason);
    expect(asked.length).toBe(3);
  });

  it('cancels the statement when a time limit has passed, and also when nobody wants more rows', async () => {
    const silent = await startFakeTrino((request, address) =>
      request.path.endsWith('/1') && request.method === 'GET' ? 'silence' : pages({}, {})(request, address),
    );
    const { server } = silent;
    const request = await failureOf(async () => rowsOf({ server, timeouts: { request: 400 } }));
    expect(request).toEqual([
      'TIMED_OUT',
      `Trino at ${server}, statement ${id}: expected an answer within 0.4 s, found none`,
    ]);
    expect(silent.asked.at(-1)?.method).toBe('DELETE');
    const whole = await failureOf(async () => rowsOf({ server, timeouts: { statement: 500 } }));
    const problem = 'expected the end of the statement within 0.5 s, and it was cancelled';
    expect(whole).toEqual(['TIMED_OUT', `Trino at ${server}, statement ${id}: ${problem}`]);
    const long = await startFakeTrino(pages({ columns, data: [['a', 1, 1]] }, {}, {}));
    const early = createTrinoEngine({ server: long.server }).query('SELECT 1')[Symbol.asyncIterator]();
    expect((await early.next()).value).toEqual(['a', 1, 1]);
    await early.return?.();
    expect(long.asked.at(-1)?.method).toBe('DELETE');
  });

  it('does not wait for a server that does not answer to the cancellation either', async () => {
    const { server, asked } = await startFakeTrino((request, address) =>
      request.method === 'POST' ? pages({})(request, address) : 'silence',
    );
    // long enough for the answer to POST on a busy machine
    const timeouts = { request: 1000, cancel: 200 };
    expect((await failureOf(async () => rowsOf({ server, timeouts })))[0]).toBe('TIMED_OUT');
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'DELETE']);
  });

  it.each(['password', 'token'] as const)('shows a %s to the server alone', async (kind) => {
    const secret = 'open-sesame';
    const header = kind === 'token' ? `Bearer ${secret}` : `Basic ${Buffer.from(`ann:${secret}`).toString('base64')}`;
    const { server, asked } = await startFakeTrino(({ headers }) => ({ status: 401, body: headers }));
    const error = await rowsOf({ server, user: 'ann', [kind]: secret }).catch((failed: unknown) => failed);
    expect(error).toMatchObject({ code: 'ENGINE_FORBIDDEN' });
    expect(asked[0]?.headers).toMatchObject({ authorization: header, 'x-trino-user': 'ann' });
    const shown = inspect(error, { depth: 20, showHidden: true });
    expect(error).toBeInstanceOf(BacktestExportError);
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(header);
    const echo = await startFakeTrino(failing('GENERIC_INTERNAL_ERROR', `${kind} ${secret} is odd`));
    const [, message] = await failureOf(async () => rowsOf({ server: echo.server, user: 'ann', [kind]: secret }));
    expect(message).toContain(`${kind} *** is odd`);
  });

  it.each<[Partial<TrinoOptions>, string]>([
    [{ server: 'trino:8080' }, 'server: expected a URL that begins with http:// or https://'],
    [
      { server: 'https://ann:secret@trino' },
      'server: expected a URL without a user and password; give them as options',
    ],
    [{ server: 'https://trino/?a=b' }, 'server: expected a URL without ? and #'],
    [{ password: 'a', token: 'b' }, 'password and token exclude each other'],
    [{ server: 'http://trino:8080', password: 'a' }, 'password: expected a server at https://, found http://'],
    [{ user: 'a\nb' }, String.raw`user: expected visible characters of ASCII, found 'a\nb'`],
    [{ token: 'a\nb' }, 'token: expected visible characters of ASCII, found other text'],
    [{ session: { a: 'b,c=d' } }, 'session.a: expected a name and a value of ASCII without commas and spaces'],
    [{ timeouts: { request: 0 } }, 'timeouts.request: expected milliseconds from 1 to 2147483647, found 0'],
  ])('refuses %o', (odd, problem) => {
    const options = { server: 'https://trino', ...odd };
    expect(failure(() => createTrinoEngine(options))).toEqual(['OPTION_INVALID', `createTrinoEngine.${problem}`]);
  });

  it('refuses a next page without TLS where the server has it', async () => {
    const { takeNext } = await import('#src/sql/engines/trino-statement.js');
    const connection = { name: 'Trino', server: 'https://trino', secrets: [], send: async () => null };
    expect(failure(() => takeNext(connection, 'Trino', 'http://trino/next'))).toEqual([
      'ENGINE_FAILED',
      'Trino: expected the next page at https://, as the server is, found http://',
    ]);
  });
});
