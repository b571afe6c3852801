import {
  CreatePredictorBacktestExportJobCommand as Create,
  DeletePredictorBacktestExportJobCommand as Delete,
  DescribePredictorBacktestExportJobCommand as Describe,
  GetAccuracyMetricsCommand as GetAccuracyMetrics,
  ListPredictorBacktestExportJobsCommand as List,
  ListTagsForResourceCommand as ListTags,
  StopResourceCommand as Stop,
  TagResourceCommand as TagIt,
  UntagResourceCommand as Untag,
  ForecastClient,
  ResourceNotFoundException,
  type CreatePredictorBacktestExportJobCommandInput,
} from '@aws-sdk/client-forecast';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createResponseShapes,
  openExportJob,
  waitForExport,
  type JobStatus,
  type OperationName,
} from '#src/job/index.js';
import { openExport, summarize, toAccuracyMetrics, verifyExport } from '#src/index.js';
import { createMemoryStorage } from '#src/storage/memory.js';
import { failureOf } from '../support/failure.ts';
import { sweepsAll } from '../support/sweep.ts';
import { storageFiles } from '../support/folder-files.ts';
import { bikeArn, credentials, startService, type RunningService } from './with-door.ts';

const jobArn = (name: string): string =>
  `arn:aws:forecast:us-west-2:123456789012:predictor-backtest-export-job/bike/${name}`;

function input(name: string, more: object = {}): CreatePredictorBacktestExportJobCommandInput {
  return {
    PredictorBacktestExportJobName: name,
    PredictorArn: bikeArn,
    Destination: { S3Config: { Path: 's3://bucket/out', RoleArn: 'arn:aws:iam::123456789012:role/forecast' } },
    ...more,
  };
}

async function statusOf({ client }: RunningService, name: string): Promise<JobStatus> {
  const { Status } = await client.send(new Describe({ PredictorBacktestExportJobArn: jobArn(name) }));
  return Status as JobStatus;
}

/** Name and message of what the SDK throws. */
async function exceptionOf(call: Promise<unknown>): Promise<[string, string]> {
  const error = await call.then(
    () => new Error('it succeeded'),
    (thrown: Error) => thrown,
  );
  return [error.name, error.message];
}

describe('the responses', () => {
  it('all have the documented shapes', async () => {
    const { service } = await startService();
    const shapes = createResponseShapes(z);
    const call = async (operation: OperationName, request: object): Promise<void> => {
      const answer = await service.call(operation, request);
      expect([operation, shapes[operation].safeParse(answer).error?.issues]).toEqual([operation, undefined]);
      expect([operation, shapes[operation].safeParse({ ...answer, More: 1 }).success]).toEqual([operation, false]);
    };
    const ofJob = { PredictorBacktestExportJobArn: jobArn('shaped') };
    const ofResource = { ResourceArn: jobArn('shaped') };
    await call('CreatePredictorBacktestExportJob', input('shaped'));
    await call('DescribePredictorBacktestExportJob', ofJob);
    await service.settled();
    await call('ListPredictorBacktestExportJobs', {});
    await call('TagResource', { ...ofResource, Tags: [{ Key: 'a', Value: '' }] });
    await call('ListTagsForResource', ofResource);
    await call('UntagResource', { ...ofResource, TagKeys: ['a'] });
    await call('StopResource', ofResource);
    await call('GetAccuracyMetrics', { PredictorArn: bikeArn });
    await call('DeletePredictorBacktestExportJob', ofJob);
  });
});

describe('a job seen through the AWS SDK', () => {
  it.each(['CSV', 'PARQUET'] as const)('writes %s that verifies, and opens', async (format) => {
    const running = await startService();
    const { client, written } = running;
    const created = await client.send(new Create(input('first', { Format: format })));
    expect(created.PredictorBacktestExportJobArn).toBe(jobArn('first'));
    const seen: (string | undefined)[] = [];
    const job = await waitForExport(client, jobArn('first'), {
      firstDelay: 5,
      longestDelay: 20,
      onStatus: ({ Status }) => seen.push(Status),
    });
    expect(seen.at(-1)).toBe('ACTIVE');
    expect(job).toMatchObject({
      PredictorBacktestExportJobName: 'first',
      PredictorArn: bikeArn,
      Destination: { S3Config: { Path: 's3://bucket/out' } },
      Status: 'ACTIVE',
      Format: format,
    });
    expect(job.Message).toBeUndefined();
    expect(job.LastModificationTime?.getTime()).toBeGreaterThanOrEqual(job.CreationTime?.getTime() ?? Infinity);
    const storage = written.get('s3://bucket/out') ?? createMemoryStorage();
    const opened = await openExportJob(client, jobArn('first'), { storage: () => storage });
    expect([opened.jobName, opened.format, opened.complete]).toEqual(['first', format, true]);
    expect(opened.exportedAt?.getTime()).toBe(Math.floor((job.CreationTime?.getTime() ?? 0) / 1000) * 1000);
    expect((await verifyExport(opened)).findings).toEqual([]);
    const metrics = await client.send(new GetAccuracyMetrics({ PredictorArn: bikeArn }));
    expect(metrics.PredictorEvaluationResults).toEqual(
      toAccuracyMetrics(await summarize(opened)).PredictorEvaluationResults,
    );
  });

  it('is listed newest first, filtered, page by page', async () => {
    const { client, service } = await startService();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const Destination = { S3Config: { Path: `s3://bucket/${name}`, RoleArn: 'x' } };
      await client.send(new Create(input(name, { Destination })));
    }
    await service.settled();
    const names: (string | undefined)[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(new List({ MaxResults: 2, ...(NextToken === undefined ? {} : { NextToken }) }));
      names.push((page.PredictorBacktestExportJobs ?? []).map((job) => job.PredictorBacktestExportJobName));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(names).toEqual([['e', 'd'], ['c', 'b'], ['a']]);
    const filtered = async (
      Key: 'Status' | 'PredictorArn',
      Condition: 'IS' | 'IS_NOT',
      Value: string,
    ): Promise<number> =>
      ((await client.send(new List({ Filters: [{ Key, Condition, Value }] }))).PredictorBacktestExportJobs ?? [])
        .length;
    expect(await filtered('Status', 'IS', 'ACTIVE')).toBe(5);
    expect(await filtered('Status', 'IS_NOT', 'ACTIVE')).toBe(0);
    expect(await filtered('PredictorArn', 'IS', bikeArn)).toBe(5);
    expect(await filtered('PredictorArn', 'IS', `${bikeArn}2`)).toBe(0);
    const [listed] = (await client.send(new List({ MaxResults: 1 }))).PredictorBacktestExportJobs ?? [];
    expect(Object.keys(listed ?? {}).sort()).toEqual([
      'CreationTime',
      'Destination',
      'LastModificationTime',
      'PredictorBacktestExportJobArn',
      'PredictorBacktestExportJobName',
      'Status',
    ]);
    expect(await exceptionOf(client.send(new List({ NextToken: 'nonsense' })))).toEqual([
      'InvalidNextTokenException',
      'NextToken is invalid or older than 24 hours',
    ]);
  });

  it('stores tags and returns them', async () => {
    const { client } = await startService();
    const Tags = [{ Key: 'team', Value: 'a b' }];
    await client.send(new Create(input('tagged', { Tags })));
    const ResourceArn = jobArn('tagged');
    await client.send(
      new TagIt({
        ResourceArn,
        Tags: [
          { Key: 'team', Value: 'c' },
          { Key: 'cost', Value: '' },
        ],
      }),
    );
    expect((await client.send(new ListTags({ ResourceArn }))).Tags).toEqual([
      { Key: 'team', Value: 'c' },
      { Key: 'cost', Value: '' },
    ]);
    await client.send(new Untag({ ResourceArn, TagKeys: ['team', 'none'] }));
    expect((await client.send(new ListTags({ ResourceArn }))).Tags).toEqual([{ Key: 'cost', Value: '' }]);
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    expect((await exceptionOf(client.send(new TagIt({ ResourceArn, Tags: many }))))[0]).toBe('LimitExceededException');
    await client.send(new Untag({ ResourceArn, TagKeys: ['cost'] }));
    await client.send(new TagIt({ ResourceArn, Tags: many }));
  });

  it('is stopped, deleted and no longer found; its files stay', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const running = await startService();
    const { client } = running;
    const slow = await startService({
      limits: { running: 1 },
      predictors: {
        bike: async () => {
          await held;
          return running.written.get('s3://bucket/out') ?? createMemoryStorage();
        },
      },
    });
    await client.send(new Create(input('done')));
    await running.service.settled();
    for (const name of ['one', 'two', 'three']) await slow.client.send(new Create(input(name)));
    expect(await statusOf(slow, 'one')).toBe('CREATE_IN_PROGRESS');
    expect(await statusOf(slow, 'two')).toBe('CREATE_PENDING');
    const arn = (name: string): { PredictorBacktestExportJobArn: string } => ({
      PredictorBacktestExportJobArn: jobArn(name),
    });
    expect((await exceptionOf(slow.client.send(new Delete(arn('one')))))[0]).toBe('ResourceInUseException');
    await slow.client.send(new Stop({ ResourceArn: jobArn('two') }));
    expect(await statusOf(slow, 'two')).toBe('CREATE_STOPPED');
    await slow.client.send(new Stop({ ResourceArn: jobArn('one') }));
    expect(await statusOf(slow, 'one')).toBe('CREATE_STOPPING');
    release();
    await slow.service.settled();
    expect([await statusOf(slow, 'one'), await statusOf(slow, 'three')]).toEqual(['CREATE_STOPPED', 'ACTIVE']);
    const failed = await failureOf(() => waitForExport(slow.client, jobArn('one')));
    expect(failed).toEqual(['EXPORT_JOB_FAILED', `the export job '${jobArn('one')}' is CREATE_STOPPED`]);

    const before = await storageFiles(running.written.get('s3://bucket/out') ?? createMemoryStorage());
    await client.send(new Delete(arn('done')));
    await running.service.settled();
    await expect(client.send(new Describe(arn('done')))).rejects.toBeInstanceOf(ResourceNotFoundException);
    expect(await exceptionOf(client.send(new Delete(arn('done'))))).toEqual([
      'ResourceNotFoundException',
      `No resource found with ARN ${jobArn('done')}`,
    ]);
    expect(await storageFiles(running.written.get('s3://bucket/out') ?? createMemoryStorage())).toEqual(before);
  });

  it('fails with a message, really or by name, and leaves nothing', async () => {
    const running = await startService({
      fail: (name, stage) => (name === `bad_${stage}` ? `no ${stage} today` : undefined),
      predictors: { bike: createMemoryStorage() },
    });
    const { client, service, written } = running;
    await client.send(new Create(input('bad_create')));
    await client.send(new Create(input('empty')));
    await service.settled();
    const job = await client.send(new Describe({ PredictorBacktestExportJobArn: jobArn('bad_create') }));
    expect([job.Status, job.Message]).toEqual(['CREATE_FAILED', 'no create today']);
    expect(await failureOf(() => waitForExport(client, jobArn('bad_create')))).toEqual([
      'EXPORT_JOB_FAILED',
      `the export job '${jobArn('bad_create')}' is CREATE_FAILED: no create today`,
    ]);
    expect(await failureOf(() => openExportJob(client, jobArn('empty')))).toEqual([
      'EXPORT_JOB_FAILED',
      expect.stringContaining('is CREATE_FAILED: expected part files such as'),
    ]);
    expect(written.size).toBe(0);
    const other = await startService({ fail: (name, stage) => (stage === 'delete' ? `no ${name}` : undefined) });
    await other.client.send(new Create(input('stays')));
    await other.service.settled();
    await other.client.send(new Delete({ PredictorBacktestExportJobArn: jobArn('stays') }));
    await other.service.settled();
    expect(await statusOf(other, 'stays')).toBe('DELETE_FAILED');
  });

  it('fails with the reason if the bucket cannot be written to, and passes the encryption key on', async () => {
    const keys: (string | undefined)[] = [];
    const { client, service } = await startService({
      destination: (path, kmsKeyArn) => {
        keys.push(kmsKeyArn);
        throw new Error(`Access Denied: ${path}`);
      },
    });
    const KMSKeyArn = 'arn:aws:kms:us-west-2:123456789012:key/x';
    const Destination = { S3Config: { Path: 's3://forbidden/x', RoleArn: 'role', KMSKeyArn } };
    await client.send(new Create(input('secret', { Destination })));
    await service.settled();
    const job = await client.send(new Describe({ PredictorBacktestExportJobArn: jobArn('secret') }));
    expect([job.Status, job.Message, keys]).toEqual(['CREATE_FAILED', 'Access Denied: s3://forbidden/x', [KMSKeyArn]]);
    expect(job.Destination).toEqual(Destination);
  });

  it('enforces quotas and unique names', async () => {
    const { client } = await startService({ limits: { jobs: 2 } });
    await client.send(new Create(input('a')));
    expect(await exceptionOf(client.send(new Create(input('a'))))).toEqual([
      'ResourceAlreadyExistsException',
      `A predictor backtest export job already exists with the arn: ${jobArn('a')}`,
    ]);
    await client.send(new Create(input('b', { Destination: { S3Config: { Path: 's3://bucket/b', RoleArn: 'x' } } })));
    expect((await exceptionOf(client.send(new Create(input('c')))))[0]).toBe('LimitExceededException');
    const PredictorArn = bikeArn.replace('bike', 'boat');
    expect(await exceptionOf(client.send(new Create(input('d', { PredictorArn }))))).toEqual([
      'ResourceNotFoundException',
      `No resource found with ARN ${PredictorArn}`,
    ]);
  });

  it('survives 200 creations and very many concurrent requests', async () => {
    const running = await startService({ limits: { running: 3 } });
    const clients = Array.from(
      { length: 4 },
      () => new ForecastClient({ endpoint: running.endpoint, region: 'us-west-2', credentials }),
    );
    const clientOf = (index: number): ForecastClient => clients[index % 4] ?? running.client;
    const names = Array.from({ length: 200 }, (_, index) => `job_${index}`);
    const created = await Promise.all(
      names.map((name, index) => {
        const Destination = { S3Config: { Path: `s3://bucket/${name}`, RoleArn: 'x' } };
        return clientOf(index).send(new Create(input(name, { Destination })));
      }),
    );
    expect(new Set(created.map((answer) => answer.PredictorBacktestExportJobArn)).size).toBe(200);
    const described = await Promise.all(
      Array.from({ length: sweepsAll ? 2000 : 400 }, (_, index) =>
        clientOf(index).send(new Describe({ PredictorBacktestExportJobArn: jobArn(names[index % 200] ?? '') })),
      ),
    );
    expect(described.every((job, index) => job.PredictorBacktestExportJobName === names[index % 200])).toBe(true);
    await running.service.settled();
    for (const client of clients) client.destroy();
    const statuses = await Promise.all(names.map((name) => statusOf(running, name)));
    expect(statuses.filter((status) => status !== 'ACTIVE')).toEqual([]);
    expect(running.written.size).toBe(200);
    const some = running.written.get('s3://bucket/job_77') ?? createMemoryStorage();
    expect((await openExport(some)).complete).toBe(true);
  });
});
