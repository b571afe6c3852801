import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { ForecastClient, ListPredictorBacktestExportJobsCommand as List } from '@aws-sdk/client-forecast';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDoor, type AnsweredRequest, type DoorOptions } from '#src/emulator/door/http-door.js';
import { findSignatureProblem } from '#src/emulator/door/signature.js';
import type { ExportJobService } from '#src/job/index.js';
import { createMemoryStorage } from '#src/storage/memory.js';
import { Faults, withFaults } from '../support/faults.ts';
import { bikeArn, credentials, startService } from './with-door.ts';

interface Door {
  readonly port: number;
  readonly log: AnsweredRequest[];
  readonly calls: () => number;
}

/** A door before a service that answers everything with `answer`. */
async function startDoor(
  options: Partial<DoorOptions> = {},
  answer: () => object | Promise<object> = () => ({}),
): Promise<Door> {
  let calls = 0;
  const service: ExportJobService = {
    call: async () => {
      calls++;
      return answer();
    },
    inject: () => undefined,
    injected: { fail: [], delay: { pending: 0, inProgress: 0 }, statuses: {} },
    reset: async () => undefined,
    settled: async () => undefined,
    close: async () => undefined,
  };
  const log: AnsweredRequest[] = [];
  const door = createDoor(service, { onRequest: (request) => log.push(request), ...options });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  onTestFinished(() => {
    door.closeAllConnections();
    door.close();
  });
  return { port: (door.address() as AddressInfo).port, log, calls: () => calls };
}

const headers = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AmazonForecast.ListPredictorBacktestExportJobs',
};

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly __type?: string; readonly Message?: string };
}

/** Sends `{}` with more headers, `host` among them. */
async function send(port: number, more: Record<string, string> = {}): Promise<Answer> {
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    method: 'POST',
    headers: { ...headers, ...more },
    agent: false,
  });
  request.end('{}');
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, body: JSON.parse(text) as Answer['body'] };
}

/** A connection that sends what it is given, and reads only on request. */
async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const raw = (body = '{}'): string =>
  `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${headers['content-type']}\r\nX-Amz-Target: ${headers['x-amz-target']}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Everything that comes until the connection is closed. */
async function hear(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  await once(socket, 'close');
  return text;
}

describe('the host names that the door accepts', () => {
  it.each<[string, string, DoorOptions['hosts'], boolean]>([
    ['localhost', 'localhost:8787', {}, true],
    ['localhost with a dot', 'LOCALHOST.', {}, true],
    ['a name below localhost', 'forecast.localhost:1', {}, true],
    ['loopback', '127.8.0.1', {}, true],
    ['loopback of IPv6', '[::1]:80', {}, true],
    ['another site', 'evil.example', {}, false],
    ['another site that looks alike', 'localhost.evil.example', {}, false],
    ['a site named as an address is', '127.0.0.1.evil.example', {}, false],
    ['a user before a name', 'localhost@evil.example', {}, false],
    ['an address of the network', '192.168.1.7', {}, false],
    ['a port alone', ':8787', {}, false],
    ['an address of the network, listening everywhere', '192.168.1.7:8787', { listening: '0.0.0.0' }, true],
    ['another site, listening everywhere', 'evil.example', { listening: '0.0.0.0' }, false],
    ['the host it listens at', 'build-box', { listening: 'Build-Box' }, true],
    ['a name that was allowed', 'Forecast:8787', { more: ['forecast'] }, true],
    ['a name of 300 letters', 'a'.repeat(300), { more: ['a'] }, false],
  ])('%s', async (_, host, hosts, isAnswered) => {
    const door = await startDoor(hosts === undefined ? {} : { hosts });
    const { status, body } = await send(door.port, { host });
    expect([status, body.__type, door.calls()]).toEqual(
      isAnswered ? [200, undefined, 1] : [403, 'AccessDeniedException', 0],
    );
  });

  it.each([
    ['http://localhost:3000', 200],
    ['https://127.0.0.1', 200],
    ['http://evil.example', 403],
    ['http://localhost.evil.example:8787', 403],
    ['null', 403],
    ['', 403],
  ])('a page of %s', async (origin, status) => {
    const door = await startDoor();
    expect((await send(door.port, { origin })).status).toBe(status);
  });

  it('gives each response its own number', async () => {
    const door = await startDoor();
    const ids = [await send(door.port), await send(door.port)].map((answer) => answer.headers['x-amzn-requestid']);
    expect(ids).toEqual([expect.stringMatching(/^[\da-f-]{36}$/), expect.stringMatching(/^[\da-f-]{36}$/)]);
    expect(ids[0]).not.toBe(ids[1]);
  });
});

/** An answer longer than what a system keeps for a client that does not read. */
const longAnswer = (): object => ({ Text: 'a'.repeat(16_000_000) });
const long = 16_001_000;

describe('limits for one client', () => {
  it('limits the number of connections', async () => {
    const { port } = await startDoor({ limits: { connections: 2 } });
    const first = await open(port);
    await open(port);
    const third = await open(port);
    await once(third, 'close');
    const answered = once(first, 'data');
    first.write(raw());
    expect(String(await answered)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('limits the bytes of headers', async () => {
    const { port, calls } = await startDoor({ limits: { headerBytes: 2048 } });
    const socket = await open(port);
    socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(3000)}\r\n\r\n`);
    expect(await hear(socket)).toMatch(/^HTTP\/1\.1 431 /);
    expect(calls()).toBe(0);
  });

  it.each([
    ['nothing is sent', '', { headerTime: 40 }],
    ['headers do not end', 'POST / HTTP/1.1\r\nHost: localhost\r\n', { headerTime: 40 }],
    ['a body does not end', raw().replace('Length: 2', 'Length: 3'), { headerTime: 40, requestTime: 80 }],
  ])('time: a connection ends where %s', async (_, text, limits) => {
    const { port, calls } = await startDoor({ limits });
    const socket = await open(port);
    socket.write(text);
    expect(await hear(socket)).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
    expect(calls()).toBe(0);
  });

  it('closes a client that does not read its response, and frees its memory', async () => {
    const { port, calls } = await startDoor({ limits: { answerTime: 40, answerBytes: long } }, longAnswer);
    for (let count = 1; count <= 3; count++) {
      const socket = await open(port);
      socket.pause();
      socket.write(raw());
      while (calls() < count) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setTimeout(resolve, 100));
      const heard = hear(socket);
      socket.resume();
      // closed with what the system had kept of it, before the end
      expect((await heard).length).toBeLessThan(long);
    }
  });

  it('handles the requests of one connection one after another, each response sent before the next request is read', async () => {
    const { port, calls } = await startDoor({ limits: { answerBytes: long } }, longAnswer);
    const socket = await open(port);
    socket.pause();
    socket.write(raw().repeat(3));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(calls()).toBe(1);
    const heard = new Promise<void>((resolve) => {
      let length = 0;
      socket.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > 3 * 16_000_000) resolve();
      });
    });
    socket.resume();
    await heard;
    expect(calls()).toBe(3);
  });

  it('limits the pipelined requests of one connection', async () => {
    const never = new Promise<object>(() => undefined);
    const { port, calls } = await startDoor({ limits: { waiting: 4 } }, () => never);
    const socket = await open(port);
    socket.write(raw().repeat(5));
    expect([await hear(socket), calls()]).toEqual(['', 1]);
  });

  it('responds with 503 when all clients together hold too much memory', async () => {
    const { port, log } = await startDoor({ limits: { pendingBytes: 1000 } });
    const slow = await open(port);
    slow.write(raw(`"${'a'.repeat(900)}"`).slice(0, -100));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const body = `"${'a'.repeat(500)}"`;
    const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body, headers });
    expect([response.status, await response.json()]).toEqual([
      503,
      { __type: 'ServiceUnavailableException', Message: 'The service is overloaded; try again' },
    ]);
    slow.write('a'.repeat(99));
    slow.write('"');
    expect(String(await once(slow, 'data'))).toMatch(/^HTTP\/1\.1 200 /);
    expect((await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body, headers })).status).toBe(200);
    expect(log.map(({ status }) => status)).toEqual([503, 200, 200]);
  });

  it('limits the bytes of a response', async () => {
    const { port, log } = await startDoor({ limits: { answerBytes: 100 } }, () => ({ Text: 'a'.repeat(200) }));
    expect((await send(port)).body.__type).toBe('InternalServerException');
    expect(log[0]?.problem).toBe('the answer would have 211 characters, expected at most 100');
  });

  it('shortens the requested value in a message', async () => {
    const { port } = await startDoor();
    const { body } = await send(port, { 'x-amz-target': `AmazonForecast.${'x'.repeat(9000)}` });
    expect(body.__type).toBe('UnknownOperationException');
    expect(body.Message?.length).toBeLessThan(1100);
  });
});

describe('failures of this machine', () => {
  it('are reported to the client as such and to the log with their reason, and change nothing', async () => {
    const starting = new Faults();
    await startService({ state: withFaults(createMemoryStorage(), starting, 'state') });
    const faults = new Faults(starting.steps.length);
    const { endpoint, log } = await startService({ state: withFaults(createMemoryStorage(), faults, 'state') });
    const create = async (): Promise<unknown[]> => {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { ...headers, 'x-amz-target': 'AmazonForecast.CreatePredictorBacktestExportJob' },
        body: JSON.stringify({
          PredictorBacktestExportJobName: 'job',
          PredictorArn: bikeArn,
          Destination: { S3Config: { Path: 's3://bucket/out', RoleArn: 'role' } },
        }),
      });
      return [response.status, ((await response.json()) as { __type?: string }).__type];
    };
    expect(await create()).toEqual([500, 'ServiceUnavailableException']);
    expect(log.at(-1)?.problem).toMatch(/^backtest-export-jobs\.json: the storage's create failed: .*\(ENOSPC\)/);
    expect(await create()).toEqual([200, undefined]);
  });

  it('at the door itself are reported, and the door stays open', async () => {
    const problems: string[] = [];
    const { door, endpoint } = await startService({}, undefined, { onProblem: (problem) => problems.push(problem) });
    door.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }));
    expect(problems).toEqual(['a connection could not be accepted: accept EMFILE']);
    expect((await fetch(endpoint, { method: 'POST', body: '{}', headers })).status).toBe(200);
  });
});

describe('a signature', () => {
  const keys = { accessKey: credentials.accessKeyId, secretKey: credentials.secretAccessKey };
  const now = Date.UTC(2026, 10, 25, 12);
  const signed = 'content-type;host;x-amz-date;x-amz-target';
  const authorization = (scope: string, names = signed): string =>
    `AWS4-HMAC-SHA256 Credential=${keys.accessKey}/${scope}/aws4_request, SignedHeaders=${names}, Signature=${'0'.repeat(64)}`;

  it.each<[string, string, string | undefined, string]>([
    ['of the service and day', authorization('20261125/us-east-1/forecast'), undefined, 'is for another region'],
    ['of another service', authorization('20261125/us-west-2/s3'), 'is for another service', 'is for another service'],
    [
      'of another day',
      authorization('20261124/us-west-2/forecast'),
      'is for a different day',
      'is for a different day',
    ],
    ['of the region', authorization('20261125/us-west-2/forecast'), undefined, 'does not match the request'],
    [
      'without the target',
      authorization('20261125/us-west-2/forecast', 'host;x-amz-date'),
      'leaves out x-amz-target',
      'leaves out x-amz-target',
    ],
    [
      'without host and date',
      authorization('20261125/us-west-2/forecast', 'x-amz-target'),
      'leaves out host, x-amz-date',
      'leaves out host, x-amz-date',
    ],
    ['that is none', 'AWS4-HMAC-SHA256 x', 'is not signed', 'is not signed'],
    ['of 100,000 slashes', `AWS4-HMAC-SHA256 Credential=${'/'.repeat(100_000)}`, 'is not signed', 'is not signed'],
    ['of another kind', 'Bearer x', undefined, 'is not signed'],
    ['that is not there', '', undefined, 'is not signed'],
  ])('%s', (_, text, withoutKeys, withKeys) => {
    const given = { authorization: text, 'x-amz-date': '20261125T120000Z', host: 'localhost' };
    const problem = (rules: Parameters<typeof findSignatureProblem>[2]): string | undefined =>
      findSignatureProblem(given, new Uint8Array(), rules);
    const free = problem({ keys: undefined, region: 'us-west-2', now });
    if (withoutKeys === undefined) expect(free).toBeUndefined();
    else expect(free).toContain(withoutKeys);
    expect(problem({ keys, region: 'us-west-2', now })).toContain(withKeys);
  });

  it('of the SDK is valid for the region of the service and no other', async () => {
    const { endpoint } = await startService({}, keys, { region: 'eu-west-1' });
    const namesFor = async (region: string): Promise<string> => {
      const client = new ForecastClient({ endpoint, region, credentials, maxAttempts: 1 });
      onTestFinished(() => client.destroy());
      return client.send(new List({})).then(
        () => 'answered',
        (error: Error) => error.message,
      );
    };
    expect([await namesFor('eu-west-1'), await namesFor('us-west-2')]).toEqual([
      'answered',
      'the signature is for another region, expected eu-west-1',
    ]);
  });
});
