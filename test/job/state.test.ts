import { describe, expect, it } from 'vitest';
import {
  createExportJobService,
  type DescribedJob,
  type ExportJobService,
  type JobServiceOptions,
} from '#src/job/index.js';
import { createMemoryStorage, type MemoryStorage } from '#src/storage/memory.js';
import type { Storage } from '#src/storage/storage.js';
import { generateExport } from '#src/testing/index.js';
import { bikeArn } from './with-door.ts';

const file = 'backtest-export-jobs.json';
const now = Date.UTC(2026, 10, 25, 12);
const arn = 'arn:aws:forecast:us-west-2:123456789012:predictor-backtest-export-job/bike/job';
const destination = { S3Config: { Path: 's3://bucket/out', RoleArn: 'role' } };

/** A job as in the state file. */
const job = {
  arn,
  name: 'job',
  predictorArn: bikeArn,
  destination,
  format: 'CSV',
  created: now,
  order: 1,
  status: 'CREATE_FAILED',
  message: 'why',
  ended: now + 1,
  tags: [{ Key: 'a', Value: 'b' }],
};

interface Started {
  readonly service: ExportJobService;
  readonly problems: string[];
}

async function start(state: Storage, more: Partial<JobServiceOptions> = {}): Promise<Started> {
  const bike = createMemoryStorage();
  await generateExport(bike, { items: 2, parts: 1, windows: 1, horizon: 2 });
  const problems: string[] = [];
  const service = await createExportJobService({
    predictors: { bike },
    destination: () => createMemoryStorage(),
    state,
    clock: () => now,
    limits: { retryDelay: 1 },
    onProblem: (problem) => problems.push(problem),
    ...more,
  });
  return { service, problems };
}

function create(service: ExportJobService, name = 'job'): Promise<object> {
  return service.call('CreatePredictorBacktestExportJob', {
    PredictorBacktestExportJobName: name,
    PredictorArn: bikeArn,
    Destination: destination,
  });
}

async function describeJob(service: ExportJobService): Promise<DescribedJob> {
  return (await service.call('DescribePredictorBacktestExportJob', {
    PredictorBacktestExportJobArn: arn,
  })) as DescribedJob;
}

async function statusOf(service: ExportJobService): Promise<string> {
  return describeJob(service).then(
    ({ Status }) => Status,
    (error: Error) => error.name,
  );
}

/** A storage whose files cannot be finished as long as `isFull` answers true; `saved` hears what was tried. */
function fullDisk(state: MemoryStorage, isFull: (text: string) => boolean): Storage {
  return new Proxy(state, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (key !== 'create') return typeof value === 'function' ? value.bind(target) : value;
      return async (path: string, options: { overwrite?: boolean }) => {
        const writer = await target.create(path, options);
        return {
          path,
          write: async (bytes: Uint8Array) => {
            if (isFull(new TextDecoder().decode(bytes))) throw new Error('the disk is full (ENOSPC)');
            return writer.write(bytes);
          },
          finish: () => writer.finish(),
          prepare: () => writer.prepare(),
          abort: () => writer.abort(),
        };
      };
    },
  });
}

describe('what is reported', () => {
  it('reports ACTIVE once it is saved, however long that takes, and logs why', async () => {
    const state = createMemoryStorage();
    let full = true;
    const { service, problems } = await start(fullDisk(state, (text) => full && text.includes('"ACTIVE"')));
    await create(service);
    const seen = new Set<string>();
    while (problems.length < 4) {
      seen.add(await statusOf(service));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([...seen].every((status) => status === 'CREATE_PENDING' || status === 'CREATE_IN_PROGRESS')).toBe(true);
    expect(problems[0]).toBe(
      `the jobs cannot be saved; retry in 0.001 s: backtest-export-jobs.json: the storage's write failed: the disk is full (ENOSPC)`,
    );
    full = false;
    await service.settled();
    expect(await statusOf(service)).toBe('ACTIVE');
    expect(Buffer.from(state.get(file) ?? []).toString()).toContain('"status":"ACTIVE"');
  });

  it('finds the export complete at the next start if the service ended before ACTIVE was saved', async () => {
    const state = createMemoryStorage();
    const bucket = createMemoryStorage();
    const toBucket = { destination: () => bucket };
    const { service, problems } = await start(
      fullDisk(state, (text) => text.includes('"ACTIVE"')),
      toBucket,
    );
    await create(service);
    while (problems.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await service.close();
    expect(Buffer.from(state.get(file) ?? []).toString()).not.toContain('ACTIVE');
    const again = await start(state, toBucket);
    expect(await statusOf(again.service)).toBe('ACTIVE');
    expect(bucket.get('_SUCCESS')).toHaveLength(0);
  });

  it.each(['CREATE_IN_PROGRESS', 'CREATE_STOPPING'])(
    '%s becomes CREATE_FAILED without a part if its export is incomplete',
    async (status) => {
      const bucket = createMemoryStorage();
      const { service } = await start(createMemoryStorage(), { destination: () => bucket });
      await create(service);
      await service.settled();
      await bucket.remove('_SUCCESS');
      const state = createMemoryStorage([[file, stateWith({ status, message: undefined, ended: undefined })]]);
      const again = await start(state, { destination: () => bucket });
      expect(await statusOf(again.service)).toBe('CREATE_FAILED');
      const left = [...(await bucket.list('')), ...(await bucket.list('forecasted-values').catch(() => []))];
      expect(left.filter(({ path }) => path.endsWith('.csv'))).toEqual([]);
    },
  );

  it('leaves nothing of a Create, Delete or Stop that cannot be saved, and the next one works', async () => {
    let full = true;
    const { service } = await start(fullDisk(createMemoryStorage(), () => full));
    await expect(create(service)).rejects.toThrow('the disk is full (ENOSPC)');
    expect(await statusOf(service)).toBe('ResourceNotFoundException');
    full = false;
    await create(service);
    await service.settled();
    full = true;
    const ofJob = { PredictorBacktestExportJobArn: arn };
    await expect(service.call('DeletePredictorBacktestExportJob', ofJob)).rejects.toThrow('(ENOSPC)');
    const Tags = [{ Key: 'a', Value: 'b' }];
    await expect(service.call('TagResource', { ResourceArn: arn, Tags })).rejects.toThrow('(ENOSPC)');
    expect(await service.call('ListTagsForResource', { ResourceArn: arn })).toEqual({ Tags: [] });
    expect(await statusOf(service)).toBe('ACTIVE');
    full = false;
    await service.call('DeletePredictorBacktestExportJob', ofJob);
    await service.settled();
    expect(await statusOf(service)).toBe('ResourceNotFoundException');
    await create(service);
    await service.settled();
    expect(await statusOf(service)).toBe('ACTIVE');
  });

  it('gives separate files to a name that is reused within a second', async () => {
    const bucket = createMemoryStorage();
    const state = createMemoryStorage();
    let { service } = await start(state, { destination: () => bucket });
    for (let round = 0; round < 3; round++) {
      await create(service);
      await service.settled();
      expect([await statusOf(service), (await describeJob(service)).CreationTime.getTime()]).toEqual([
        'ACTIVE',
        now + 1000 * round,
      ]);
      await service.call('DeletePredictorBacktestExportJob', { PredictorBacktestExportJobArn: arn });
      await service.settled();
      if (round === 1) ({ service } = await start(state, { destination: () => bucket }));
    }
    expect((await bucket.list('forecasted-values')).length).toBe(3);
  });
});

function stateWith(changes: object, more: object = {}): string {
  return JSON.stringify({ version: 1, jobs: [{ ...job, ...changes }], ...more });
}

describe('a state file', () => {
  it('of the previous and the current version is read', async () => {
    const { service, problems } = await start(createMemoryStorage([[file, stateWith({})]]));
    expect([problems, await describeJob(service)]).toMatchObject([[], { Status: 'CREATE_FAILED', Message: 'why' }]);
  });

  const long = (count: number): string => 'a'.repeat(count);
  it.each<[string, string | Uint8Array]>([
    ['no JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[1]'],
    ['another version', stateWith({}, { version: 99 })],
    ['no version', JSON.stringify({ jobs: [] })],
    ['a job that is null', JSON.stringify({ version: 1, jobs: [null] })],
    ['a job that is a number', JSON.stringify({ version: 1, jobs: [1] })],
    ['bytes that are no UTF-8', Buffer.from(stateWith({ message: 'xx' }).replace('xx', '\u00ff'), 'latin1')],
    ['half a file', stateWith({}).slice(0, 80)],
    ['an unknown member', stateWith({ more: 1 })],
    ['an unknown member at the top', stateWith({}, { more: 1 })],
    ['an ARN that is none', stateWith({ arn: 'x/job' })],
    ['an ARN of another name', stateWith({ name: 'other' })],
    ['a name of 64', stateWith({ arn: arn.replace(/job$/, long(64)), name: long(64) })],
    ['a path outside', stateWith({ destination: { S3Config: { Path: '/etc', RoleArn: 'role' } } })],
    ['a role of 257', stateWith({ destination: { S3Config: { Path: 's3://bucket', RoleArn: long(257) } } })],
    ['a format in small letters', stateWith({ format: 'csv' })],
    ['a time that is text', stateWith({ created: 'now' })],
    ['a time no calendar has', stateWith({ created: 1e300 })],
    ['an order of zero', stateWith({ order: 0 })],
    ['a wrong status', stateWith({ status: 'DONE' })],
    ['an end that is missing', stateWith({ ended: undefined })],
    ['a tag without a value', stateWith({ tags: [{ Key: 'a' }] })],
    ['one job twice', JSON.stringify({ version: 1, jobs: [job, { ...job, order: 2 }] })],
    ['one order twice', JSON.stringify({ version: 1, jobs: [job, { ...job, arn: `${arn}2`, name: 'job2' }] })],
    ['used names that are none', stateWith({}, { used: [{ name: '', created: 1 }] })],
  ])('with %s is set aside by name, whole, and the service begins without jobs', async (_, content) => {
    const state = createMemoryStorage([[file, content]]);
    const before = state.get(file);
    const { service, problems } = await start(state);
    const aside = 'backtest-export-jobs.damaged-2026-11-25T12-00-00Z.json';
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^the jobs in ${file} are damaged and were set aside as ${aside}: .`)),
    ]);
    expect([state.get(aside), state.get(file)]).toEqual([before, undefined]);
    expect(await service.call('ListPredictorBacktestExportJobs', {})).toEqual({ PredictorBacktestExportJobs: [] });
    await create(service);
    await service.settled();
    expect([await statusOf(service), state.get(aside)]).toEqual(['ACTIVE', before]);
  });

  it('that is set aside again in the same second gets another name', async () => {
    const state = createMemoryStorage([[file, 'one']]);
    await start(state);
    state.put(file, 'two');
    const { problems } = await start(state);
    expect(problems[0]).toContain('as backtest-export-jobs.damaged-2026-11-25T12-00-00Z-2.json: ');
    expect((await state.list('')).map(({ size }) => size)).toEqual([3, 3]);
  });

  it('that cannot be set aside prevents the service from starting, and stays', async () => {
    const state = createMemoryStorage([[file, 'one']]);
    await expect(start(fullDisk(state, () => true))).rejects.toThrow('the disk is full (ENOSPC)');
    expect(Buffer.from(state.get(file) ?? []).toString()).toBe('one');
  });
});

describe('a response', () => {
  it('of List ends before it is too long, and continues with a token', async () => {
    const { service } = await start(createMemoryStorage(), { limits: { running: 1 } });
    const Path = `s3://bucket/${'数'.repeat(4080)}`;
    for (let index = 0; index < 100; index++) {
      await service.call('CreatePredictorBacktestExportJob', {
        PredictorBacktestExportJobName: `job${index}`,
        PredictorArn: bikeArn,
        Destination: { S3Config: { Path, RoleArn: 'r'.repeat(256) } },
      });
    }
    const pages: number[] = [];
    let NextToken: string | undefined;
    do {
      const request = NextToken === undefined ? {} : { NextToken };
      const page = (await service.call('ListPredictorBacktestExportJobs', request)) as {
        PredictorBacktestExportJobs: unknown[];
        NextToken?: string;
      };
      pages.push(page.PredictorBacktestExportJobs.length);
      expect(JSON.stringify(page).length).toBeLessThan(270_000);
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(pages.length).toBe(2);
    expect(pages.reduce((sum, count) => sum + count)).toBe(100);
    await service.close();
  });

  it('of GetAccuracyMetrics is computed once for any number of requests', async () => {
    let opened = 0;
    const bike = createMemoryStorage();
    await generateExport(bike, { items: 2, parts: 1 });
    const { service } = await start(createMemoryStorage(), {
      predictors: {
        bike: async () => {
          opened++;
          return bike;
        },
      },
    });
    const ask = (): Promise<object> => service.call('GetAccuracyMetrics', { PredictorArn: bikeArn });
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    expect([opened, new Set(answers.map((answer) => JSON.stringify(answer))).size]).toEqual([1, 1]);
    await ask();
    expect(opened).toBe(2);
    await service.close();
    await expect(ask()).rejects.toThrow('The service is shutting down');
  });
});
