import { describe, expect, it } from 'vitest';
import { creation, described, start } from './start.ts';

const json = { 'content-type': 'application/json' };

/** Status and JSON of an answer. */
async function ask(
  url: string,
  method = 'GET',
  body?: unknown,
  headers: Record<string, string> = json,
): Promise<unknown[]> {
  const text = typeof body === 'string' ? body : body === undefined ? null : JSON.stringify(body);
  const response = await fetch(url, text === null ? { method, headers } : { method, headers, body: text });
  return [response.status, await response.json()];
}

describe('/_health', () => {
  it('says that the service runs, to whoever may call it', async () => {
    const { emulator } = await start({ keys: { accessKey: 'a', secretKey: 'b' } });
    expect(await ask(`${emulator.url}/_health`)).toEqual([200, { status: 'ok' }]);
    const head = await fetch(`${emulator.url}/_health`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type'), head.headers.get('x-amzn-requestid')]).toEqual([
      200,
      'application/json',
      expect.stringMatching(/^[\da-f-]{36}$/),
    ]);
    expect((await ask(`${emulator.url}/_health`, 'POST', {}))[0]).toBe(405);
  });
});

describe('/_control', () => {
  it('injects, tells what is left, and resets', async () => {
    const { emulator } = await start();
    const control = `${emulator.url}/_control`;
    const none = { fail: [], delay: { pending: 0, inProgress: 0 }, statuses: {} };
    expect(await ask(control)).toEqual([200, none]);
    const fail = { job: 'nightly', message: 'No space left' };
    const given = { fail: [fail], delay: 5, statuses: { weekly: 'CREATE_STOPPED' } };
    const state = { fail: [fail], delay: { pending: 5, inProgress: 5 }, statuses: { weekly: 'CREATE_STOPPED' } };
    expect(await ask(control, 'POST', given)).toEqual([200, state]);
    await emulator.call('CreatePredictorBacktestExportJob', creation('nightly'));
    await emulator.settled();
    expect(await described(emulator, 'nightly')).toEqual(['CREATE_FAILED', 'No space left']);
    expect(await ask(control)).toEqual([200, { ...state, fail: [] }]);
    expect(await ask(`${control}/reset`, 'POST')).toEqual([200, none]);
    expect(await emulator.call('ListPredictorBacktestExportJobs')).toEqual({ PredictorBacktestExportJobs: [] });
  });

  it('says what is wrong', async () => {
    const { emulator } = await start();
    const control = `${emulator.url}/_control`;
    const refused = async (...args: [string, unknown?, Record<string, string>?]): Promise<unknown[]> => {
      const [status, answer] = await ask(control, ...args);
      return [status, (answer as { __type: string }).__type, (answer as { Message: string }).Message];
    };
    expect(await refused('POST', { delays: 1 })).toEqual([
      400,
      'InvalidInputException',
      "inject: unknown option 'delays'; did you mean delay?",
    ]);
    expect((await refused('POST', '{'))[1]).toBe('SerializationException');
    expect(await refused('POST', { fail: { job: 'a', message: 'x'.repeat(70_000) } })).toEqual([
      413,
      'RequestEntityTooLargeException',
      expect.stringContaining('expected at most 65536 bytes'),
    ]);
    expect((await refused('DELETE'))[0]).toBe(405);
  });

  it.each<[string, string, Record<string, string>, number]>([
    ['a page of another site', 'POST', { ...json, origin: 'http://evil.example' }, 403],
    ['a page of this machine', 'POST', { ...json, origin: 'http://localhost:3000' }, 403],
    ['a page of this machine that only looks', 'GET', { origin: 'http://localhost:3000' }, 403],
    ['a form', 'POST', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['text', 'POST', { 'content-type': 'text/plain' }, 415],
  ])('is closed to %s', async (_, method, headers, status) => {
    const { emulator } = await start();
    for (const path of method === 'POST' ? ['/_control', '/_control/reset'] : ['/_control']) {
      const init = method === 'POST' ? { method, headers, body: '{"delay":1}' } : { method, headers };
      const response = await fetch(emulator.url + path, init);
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([status, null]);
    }
    expect(emulator.injected.delay).toEqual({ pending: 0, inProgress: 0 });
  });

  it('needs the keys where requests must be signed', async () => {
    const { emulator } = await start({ keys: { accessKey: 'key', secretKey: 'secret' } });
    const basic = (text: string): Record<string, string> => ({ ...json, authorization: `Basic ${btoa(text)}` });
    const statusOf = async (headers: Record<string, string>): Promise<unknown> =>
      (await ask(`${emulator.url}/_control`, 'POST', {}, headers))[0];
    expect([await statusOf(json), await statusOf(basic('key:wrong!')), await statusOf(basic('key:secret'))]).toEqual([
      403, 403, 200,
    ]);
  });
});
