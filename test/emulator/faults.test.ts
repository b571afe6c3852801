import {
  CreatePredictorBacktestExportJobCommand as Create,
  ListPredictorBacktestExportJobsCommand as List,
} from '@aws-sdk/client-forecast';
import { describe, expect, it } from 'vitest';
import type { InjectedFaults } from '#src/job/index.js';
import { waitForExport } from '#src/job/index.js';
import type { Emulator } from '#src/emulator/index.js';
import { failureOf } from '../support/failure.ts';
import { creation, described, jobArn, start, until } from './start.ts';

const create = (emulator: Emulator, name: string): Promise<unknown> =>
  emulator.call('CreatePredictorBacktestExportJob', creation(name));

describe('a job that is made to fail', () => {
  it('by its name, as often as was said, and others do not', async () => {
    const { emulator } = await start();
    emulator.inject({ fail: { job: 'nightly', message: 'No space left', times: 2 } });
    for (const name of ['nightly', 'other']) await create(emulator, name);
    await emulator.settled();
    expect(await described(emulator, 'nightly')).toEqual(['CREATE_FAILED', 'No space left']);
    expect(await described(emulator, 'other')).toEqual(['ACTIVE']);
    expect(await emulator.storage('s3://bucket/nightly').list('')).toEqual([]);
    expect(emulator.injected.fail).toEqual([{ job: 'nightly', message: 'No space left', times: 1 }]);
    await emulator.call('DeletePredictorBacktestExportJob', { PredictorBacktestExportJobArn: jobArn('nightly') });
    await emulator.settled();
    await create(emulator, 'nightly');
    await emulator.settled();
    expect([await described(emulator, 'nightly'), emulator.injected.fail]).toEqual([
      ['CREATE_FAILED', 'No space left'],
      [],
    ]);
  });

  it('as the next one, or always', async () => {
    const { emulator } = await start({ inject: { fail: [{ job: '*' }] } });
    await create(emulator, 'a');
    await emulator.settled();
    await create(emulator, 'b');
    await emulator.settled();
    expect([await described(emulator, 'a'), await described(emulator, 'b')]).toEqual([
      ['CREATE_FAILED', 'The job failed'],
      ['ACTIVE'],
    ]);
    emulator.inject({ fail: { job: '*', message: 'never', times: 'always' } });
    for (const name of ['c', 'd']) await create(emulator, name);
    await emulator.settled();
    expect([await described(emulator, 'c'), await described(emulator, 'd')]).toEqual([
      ['CREATE_FAILED', 'never'],
      ['CREATE_FAILED', 'never'],
    ]);
  });
});

describe('a request that is made to fail', () => {
  it.each<[object, [number, string]]>([
    [{ exception: 'LimitExceeded' }, [400, 'LimitExceededException']],
    [{ exception: 'Throttling' }, [400, 'ThrottlingException']],
    [{ exception: 'ThrottlingException', status: 429 }, [429, 'ThrottlingException']],
    [{ exception: 'InternalFailure' }, [500, 'InternalFailure']],
    [{ exception: 'ServiceUnavailable' }, [503, 'ServiceUnavailableException']],
    [{ status: 503 }, [503, 'ServiceUnavailableException']],
    [{ status: 502 }, [502, 'InternalServerException']],
    [{}, [500, 'InternalServerException']],
  ])('with %j', async (more, expected) => {
    const { emulator, client } = await start();
    const fail = { operation: 'ListPredictorBacktestExportJobs', message: 'not now', ...more } as const;
    emulator.inject({ fail: [fail, { ...fail, operation: '*' }] });
    for (const call of [emulator.call('ListPredictorBacktestExportJobs'), client.send(new List({}))]) {
      const error = await call.then(
        () => undefined,
        (thrown: { status?: number; $metadata?: { httpStatusCode?: number }; name: string; message: string }) => thrown,
      );
      expect([error?.status ?? error?.$metadata?.httpStatusCode, error?.name, error?.message]).toEqual([
        ...expected,
        'not now',
      ]);
    }
    expect(await emulator.call('ListPredictorBacktestExportJobs')).toEqual({ PredictorBacktestExportJobs: [] });
  });

  it('is sent again by the AWS SDK after Throttling, and a creation is not repeated by that', async () => {
    const operations: string[] = [];
    const onRequest = ({ operation, status }: { operation: string; status: number }): number =>
      operations.push(`${operation} ${status}`);
    const { emulator, client } = await start({ onRequest }, 3);
    emulator.inject({
      fail: { operation: 'CreatePredictorBacktestExportJob', exception: 'Throttling', times: 2 },
    });
    await client.send(new Create(creation('nightly') as never));
    const target = 'AmazonForecast.CreatePredictorBacktestExportJob';
    expect(operations).toEqual([`${target} 400`, `${target} 400`, `${target} 200`]);
    emulator.inject({ fail: { operation: '*', exception: 'Throttling', times: 3 } });
    await expect(client.send(new List({}))).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect((await client.send(new List({}))).PredictorBacktestExportJobs).toHaveLength(1);
  });
});

describe('a delay', () => {
  it('keeps a job in both statuses, and a client that waits too long is told', async () => {
    const seen: string[] = [];
    const onStatus = ({ Status }: { Status: string }): number => seen.push(Status);
    const { emulator, client } = await start({ inject: { delay: { pending: 30, inProgress: 3_600_000 } }, onStatus });
    await create(emulator, 'nightly');
    expect(await described(emulator, 'nightly')).toEqual(['CREATE_PENDING']);
    await until(emulator, 'nightly', 'CREATE_IN_PROGRESS');
    const signal = AbortSignal.timeout(50);
    await expect(waitForExport(client, jobArn('nightly'), { firstDelay: 10, signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await emulator.call('StopResource', { ResourceArn: jobArn('nightly') });
    await emulator.settled();
    expect(seen).toEqual(['CREATE_PENDING', 'CREATE_IN_PROGRESS', 'CREATE_STOPPING', 'CREATE_STOPPED']);
    emulator.inject({ delay: 0 });
    await create(emulator, 'quick');
    await emulator.settled();
    expect(await described(emulator, 'quick')).toEqual(['ACTIVE']);
  });
});

describe('a status that is forced', () => {
  it.each(['CREATE_STOPPED', 'CREATE_FAILED'] as const)('%s: the job ends with it, without a file', async (status) => {
    const { emulator } = await start({ inject: { statuses: { nightly: status } } });
    await create(emulator, 'nightly');
    await emulator.settled();
    expect((await described(emulator, 'nightly'))[0]).toBe(status);
    expect(await emulator.storage('s3://bucket/nightly').list('')).toEqual([]);
  });

  it.each(['CREATE_PENDING', 'CREATE_IN_PROGRESS', 'CREATE_STOPPING'] as const)(
    '%s: the job stays in it, others go on, and it ends with a reset',
    async (status) => {
      const { emulator } = await start({ inject: { statuses: { nightly: status } } });
      await create(emulator, 'nightly');
      await create(emulator, 'other');
      await until(emulator, 'nightly', status);
      await until(emulator, 'other', 'ACTIVE');
      expect(await described(emulator, 'nightly')).toEqual([status]);
      await emulator.reset();
      expect(await emulator.call('ListPredictorBacktestExportJobs')).toEqual({ PredictorBacktestExportJobs: [] });
      await create(emulator, 'nightly');
      await emulator.settled();
      expect(await described(emulator, 'nightly')).toEqual(['ACTIVE']);
    },
  );

  it.each(['DELETE_PENDING', 'DELETE_IN_PROGRESS', 'DELETE_FAILED'] as const)('%s: of a deletion', async (status) => {
    const { emulator } = await start({ inject: { statuses: { nightly: status } } });
    await create(emulator, 'nightly');
    await emulator.settled();
    await emulator.call('DeletePredictorBacktestExportJob', { PredictorBacktestExportJobArn: jobArn('nightly') });
    await until(emulator, 'nightly', status);
    await emulator.reset();
    expect(await emulator.call('ListPredictorBacktestExportJobs')).toEqual({ PredictorBacktestExportJobs: [] });
  });
});

describe('what is injected', () => {
  it.each<[unknown, string]>([
    [{ fali: [] }, "inject: unknown option 'fali'; did you mean fail?"],
    [{ fail: { jbo: 'a' } }, 'inject.fail.job: expected * or text, found undefined'],
    [{ fail: { job: 'a', times: true } }, 'inject.fail.times: expected a number or always, found true'],
    [{ fail: { job: 'a b' } }, 'inject.fail'],
    [{ fail: { job: 'a', time: 1 } }, 'inject.fail'],
    [{ fail: { operation: 'CreateForecast' } }, 'inject.fail'],
    [{ fail: { operation: '*', status: 200 } }, 'inject.fail'],
    [{ fail: { operation: '*', exception: 'a: b\r\n' } }, 'inject.fail'],
    [{ fail: { job: 'a', message: 'm'.repeat(1001) } }, 'inject.fail'],
    [{ fail: { job: 'a', times: 0 } }, 'inject.fail'],
    [{ delay: 3_600_001 }, 'inject.delay'],
    [{ delay: { pending: -1 } }, 'inject.delay'],
    [{ statuses: { nightly: 'ACTIVE' } }, 'inject.statuses'],
    [{ statuses: { '*': 'CREATE_FAILED' } }, 'inject.statuses'],
  ])('is checked: %j', async (faults, message) => {
    const { emulator } = await start();
    const [code, problem] = await failureOf(async () => emulator.inject(faults as InjectedFaults));
    expect([code, problem.slice(0, message.length)]).toEqual(['OPTION_INVALID', message]);
    expect(emulator.injected).toEqual({ fail: [], delay: { pending: 0, inProgress: 0 }, statuses: {} });
  });

  it('is limited', async () => {
    const { emulator } = await start();
    emulator.inject({ fail: Array.from({ length: 1000 }, (_, index) => ({ job: `j${index}` })) });
    const more = await failureOf(async () => emulator.inject({ fail: { job: 'one' } }));
    expect(more).toEqual([
      'OPTION_INVALID',
      'expected at most 1000 faults that wait, found more; a reset removes them',
    ]);
    await emulator.reset();
    emulator.inject({ fail: { job: 'one' } });
  });
});
