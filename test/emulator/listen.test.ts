import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tableFromArrays, Table, Timestamp, TimeUnit, vectorFromArray } from 'apache-arrow';
import {
  CreatePredictorBacktestExportJobCommand as Create,
  DescribePredictorBacktestExportJobCommand as Describe,
} from '@aws-sdk/client-forecast';
import { describe, expect, it } from 'vitest';
import { openExport, summarize } from '#src/index.js';
import { listen, WireException, type EmulatorPredictor } from '#src/emulator/index.js';
import { openExportJob, waitForExport } from '#src/job/index.js';
import { createMemoryStorage } from '#src/storage/memory.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bikeArn, creation, described, jobArn, start } from './start.ts';

const row = {
  item_id: 'a',
  timestamp: new Date('2021-11-01T00:00:00Z'),
  target_value: 3,
  backtestwindow_start_time: new Date('2021-11-01T00:00:00Z'),
  backtestwindow_end_time: new Date('2021-11-01T00:00:00Z'),
  p50: 2,
};

describe('listen', () => {
  it('serves the AWS SDK from a free port, and what a job has written is read from memory', async () => {
    const { emulator, client } = await start();
    expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}`);
    const { PredictorBacktestExportJobArn: arn = '' } = await client.send(new Create(creation('nightly') as never));
    await waitForExport(client, arn, { firstDelay: 5 });
    const found = await openExportJob(client, arn, { storage: (path) => emulator.storage(path) });
    expect([found.jobName, found.complete, found.forecastTypes]).toEqual([
      'nightly',
      true,
      ['mean', '0.1', '0.5', '0.9'],
    ]);
    expect(await openExport(emulator.storage('s3://bucket/nightly/'))).toMatchObject({ jobName: 'nightly' });
  });

  it('writes below a folder', async () => {
    const data = temporaryFolder();
    const { emulator } = await start({ data });
    await emulator.call('CreatePredictorBacktestExportJob', creation('nightly'));
    await emulator.settled();
    expect(await openExport(`${data}/bucket/nightly`)).toMatchObject({ jobName: 'nightly', complete: true });
  });

  it.each<[string, EmulatorPredictor]>([
    ['rows', { rows: [row, { ...row, item_id: 'b', p50: 5 }] }],
    [
      'an Arrow table',
      {
        rows: new Table({
          ...Object.fromEntries(
            ['timestamp', 'backtestwindow_start_time', 'backtestwindow_end_time'].map((name) => [
              name,
              vectorFromArray([row.timestamp, row.timestamp], new Timestamp(TimeUnit.MILLISECOND, 'UTC')),
            ]),
          ),
          ...Object.fromEntries(
            ['item_id', 'target_value', 'p50'].map((name) => [
              name,
              tableFromArrays({ item_id: ['a', 'b'], target_value: [3, 3], p50: [2, 5] }).getChild(name as 'p50')!,
            ]),
          ),
        }),
      },
    ],
  ])('serves a predictor from %s', async (_, bike) => {
    const { emulator } = await start({ predictors: { bike } });
    await emulator.call('CreatePredictorBacktestExportJob', creation('nightly', { Format: 'PARQUET' }));
    await emulator.settled();
    const { summary, point } = await summarize(emulator.storage('s3://bucket/nightly'));
    expect([point, summary.metrics.WAPE, summary.metrics.RMSE]).toEqual(['0.5', 0.5, Math.sqrt(2.5)]);
  });

  it('says at the start that a port is in use, and that a predictor is not there', async () => {
    const { emulator } = await start();
    const predictors = { bike: { generate: { items: 1 } } };
    expect(await failureOf(() => listen({ predictors, port: emulator.port }))).toEqual([
      'OPTION_INVALID',
      `listen.port: expected a free port, found ${emulator.port}, which is in use at 127.0.0.1; 0 takes any that is free`,
    ]);
    expect(await failureOf(() => listen({ predictors, host: '192.0.2.1' }))).toEqual([
      'OPTION_INVALID',
      expect.stringContaining("listen.host: expected an address to listen on, found '192.0.2.1': "),
    ]);
    const missing = `${temporaryFolder()}/none`;
    expect(await failureOf(() => listen({ predictors: { bike: missing } }))).toEqual([
      'FILE_NOT_FOUND',
      expect.stringContaining("the predictor 'bike' cannot be served: "),
    ]);
    expect(await failureOf(() => listen({ predictors: { bike: createMemoryStorage() } }))).toEqual([
      'EXPORT_NOT_FOUND',
      expect.stringContaining("the predictor 'bike' cannot be served: "),
    ]);
    expect(await failureOf(() => listen({ predictors: { '1': predictors.bike } }))).toEqual([
      'OPTION_INVALID',
      "the name of the predictor '1': expected a letter first",
    ]);
    const wrong = { bike: { rows: [row], metrics: [] } } as never;
    expect(await failureOf(() => listen({ predictors: wrong }))).toEqual([
      'OPTION_INVALID',
      "the predictor 'bike' cannot be served: expected rows and accuracyRows, found 'metrics'",
    ]);
    expect((await failureOf(() => listen({ predictors, prot: 1 } as never)))[1]).toBe(
      "listen: unknown option 'prot'; did you mean port?",
    );
  });

  it('closes in time with open connections and a job that does not end, and frees its port', async () => {
    const never = new Promise<never>(() => undefined);
    const emulator = await listen({ predictors: { bike: () => never }, closeTime: 50 });
    const socket = connect(emulator.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n');
    socket.on('error', () => undefined);
    const ended = new Promise((resolve) => socket.resume().once('close', resolve));
    await emulator.call('CreatePredictorBacktestExportJob', creation('stuck'));
    const first = emulator.close();
    expect(emulator.close()).toBe(first);
    await first;
    await ended;
    const other = createServer().listen(emulator.port, '127.0.0.1');
    await once(other, 'listening');
    expect((other.address() as AddressInfo).port).toBe(emulator.port);
    other.close();
  });

  it('starts no job any more once it was closed, not even one that was being created', async () => {
    const written: string[] = [];
    const data = (path: string) => (written.push(path), createMemoryStorage());
    const emulator = await listen({ predictors: { bike: { generate: { items: 1 } } }, data });
    const create = (name: string) =>
      emulator.call('CreatePredictorBacktestExportJob', creation(name)).catch((error: unknown) => error);
    const during = create('during');
    await emulator.close();
    const refused = { name: 'ServiceUnavailableException', status: 503, message: 'The service is shutting down' };
    expect(await during).toMatchObject(refused);
    expect(await create('after')).toMatchObject(refused);
    expect(await emulator.call('ListPredictorBacktestExportJobs')).toEqual({ PredictorBacktestExportJobs: [] });
    await emulator.settled();
    expect(written).toEqual([]);
  });

  it('closes at the end of `await using`, and when its signal fires', async () => {
    const stop = new AbortController();
    const predictors = { bike: { generate: { items: 1 } } };
    const emulator = await listen({ predictors, signal: stop.signal });
    let url = '';
    {
      await using inner = await listen({ predictors });
      url = inner.url;
      expect((await fetch(`${url}/_health`)).status).toBe(200);
    }
    await expect(fetch(`${url}/_health`)).rejects.toThrow('fetch failed');
    stop.abort(new Error('enough'));
    await emulator.close();
    await expect(fetch(`${emulator.url}/_health`)).rejects.toThrow('fetch failed');
    await expect(listen({ predictors, signal: stop.signal })).rejects.toThrow('enough');
  });
});

describe('call', () => {
  it('answers in process what a client receives over HTTP', async () => {
    const bike = createMemoryStorage();
    await generateExport(bike, { items: 2, horizon: 2 });
    const { emulator } = await start({ predictors: { bike }, clock: () => 1_700_000_000_500 });
    const overHttp = async (operation: string, request: unknown): Promise<unknown> => {
      const response = await fetch(emulator.url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonForecast.${operation}` },
        body: JSON.stringify(request),
      });
      const body = (await response.json()) as { __type?: string; Message?: string };
      return body.__type === undefined ? body : [response.status, body.__type, body.Message];
    };
    const inProcess = (operation: string, request: unknown): Promise<unknown> =>
      emulator.call(operation as never, request as never).catch((error: unknown) => {
        expect(error).toBeInstanceOf(WireException);
        const { status, name, message } = error as WireException;
        return [status, name, message];
      });
    await inProcess('CreatePredictorBacktestExportJob', creation('nightly'));
    await emulator.settled();
    const ofJob = { PredictorBacktestExportJobArn: jobArn('nightly') };
    for (const [operation, request] of [
      ['DescribePredictorBacktestExportJob', ofJob],
      ['DescribePredictorBacktestExportJob', { PredictorBacktestExportJobArn: jobArn('none') }],
      ['DescribePredictorBacktestExportJob', { PredictorBacktestExportJobArn: 1 }],
      ['ListPredictorBacktestExportJobs', {}],
      ['ListPredictorBacktestExportJobs', []],
      ['GetAccuracyMetrics', { PredictorArn: bikeArn }],
      ['CreatePredictorBacktestExportJob', creation('nightly')],
      ['CreateForecast', {}],
      ['toString', {}],
    ] as const) {
      expect([operation, await inProcess(operation, request)]).toEqual([operation, await overHttp(operation, request)]);
    }
    const { CreationTime } = await emulator.call('DescribePredictorBacktestExportJob', ofJob);
    expect(CreationTime).toBe(1_700_000_000.5);
    expect(await inProcess('ListPredictorBacktestExportJobs', { Filters: 1n })).toEqual([
      400,
      'SerializationException',
      'expected an object that JSON can hold, found an object',
    ]);
    expect(await inProcess('StopResource', { ResourceArn: 'x'.repeat(2 ** 20) })).toEqual([
      413,
      'RequestEntityTooLargeException',
      'expected at most 1048576 bytes, found more',
    ]);
  });
});

describe('AutoPredictors', () => {
  it('are found by clients that work the ARN of the job out', async () => {
    const generate = { items: 1, horizon: 2 };
    const ulid = '_01G415VFPA7DRMEFTBWH4WM0M9';
    const { client } = await start({ predictors: { [`TAXI${ulid}`]: { generate }, PLAIN: { generate } } });
    const start0 = 'arn:aws:forecast:us-east-1:210987654321:predictor';
    for (const name of ['TAXI', 'PLAIN']) {
      const arn = `${start0}-backtest-export-job/${name}/export_auto`;
      const ask = new Describe({ PredictorBacktestExportJobArn: arn });
      await expect(client.send(ask)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      const more = { PredictorArn: `${start0}/${name}${ulid}` };
      const made = await client.send(new Create(creation('export_auto', more) as never));
      expect(made.PredictorBacktestExportJobArn).toBe(arn);
      await waitForExport(client, arn, { firstDelay: 5 });
    }
  });
});

it('has request ids that clients show', async () => {
  const { emulator, client } = await start();
  await emulator.call('CreatePredictorBacktestExportJob', creation('nightly'));
  const ids = [1, 2].map(async () => {
    const answer = await client.send(new Describe({ PredictorBacktestExportJobArn: jobArn('nightly') }));
    return answer.$metadata.requestId;
  });
  const [first, second] = await Promise.all(ids);
  expect(first).toMatch(/^[\da-f-]{36}$/);
  expect(second).not.toBe(first);
  await emulator.settled();
  expect(await described(emulator, 'nightly')).toEqual(['ACTIVE']);
});
