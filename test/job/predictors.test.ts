import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalStorage, openExport } from '#src/index.js';
import { createExportJobService, type DescribedJob, type ExportJobService, type Predictors } from '#src/job/index.js';
import { createMemoryStorage } from '#src/storage/memory.js';
import { generateExport } from '#src/testing/index.js';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ulid = '01G415VFPA7DRMEFTBWH4WM0M9';
const start = 'arn:aws:forecast:us-east-1:210987654321:predictor';

function create(predictor: string, name = 'job', path = 's3://bucket/out'): object {
  const S3Config = { Path: path, RoleArn: 'role' };
  return { PredictorBacktestExportJobName: name, PredictorArn: predictor, Destination: { S3Config } };
}

async function startWith(predictors: Predictors): Promise<ExportJobService> {
  return createExportJobService({ predictors, destination: () => createMemoryStorage() });
}

async function createdBy(predictors: Predictors, arn: string): Promise<unknown> {
  const service = await startWith(predictors);
  const answer = await service
    .call('CreatePredictorBacktestExportJob', create(arn))
    .catch((error: Error) => error.name);
  await service.settled();
  return typeof answer === 'string'
    ? answer
    : (answer as { PredictorBacktestExportJobArn: string }).PredictorBacktestExportJobArn;
}

describe('the name of a predictor', () => {
  const bike = createMemoryStorage();
  const job = 'arn:aws:forecast:us-east-1:210987654321:predictor-backtest-export-job';

  it.each<[string, string[], string, string]>([
    ['plain', ['bike'], `${start}/bike`, `${job}/bike/job`],
    ['with a ULID in the ARN', ['TAXI'], `${start}/TAXI_${ulid}`, `${job}/TAXI/job`],
    ['with a ULID in both', [`TAXI_${ulid}`], `${start}/TAXI_${ulid}`, `${job}/TAXI/job`],
    ['with a ULID in what is served', [`TAXI_${ulid}`], `${start}/TAXI`, `${job}/TAXI/job`],
    ['with another ULID', [`TAXI_${ulid}`], `${start}/TAXI_01G415VFPA7DRMEFTBWH4WM0MA`, `${job}/TAXI/job`],
    [
      'one of two that differ in it',
      [`TAXI_${ulid}`, 'TAXI_01G415VFPA7DRMEFTBWH4WM0MA'],
      `${start}/TAXI_${ulid}`,
      `${job}/TAXI/job`,
    ],
    [
      'either of two',
      [`TAXI_${ulid}`, 'TAXI_01G415VFPA7DRMEFTBWH4WM0MA'],
      `${start}/TAXI`,
      'ResourceNotFoundException',
    ],
    ['with 25 characters', ['TAXI'], `${start}/TAXI_${ulid.slice(1)}`, 'ResourceNotFoundException'],
    ['with a letter no ULID has', ['TAXI'], `${start}/TAXI_${ulid.replace('9', 'U')}`, 'ResourceNotFoundException'],
    ['of Object', ['bike'], `${start}/toString`, 'ResourceNotFoundException'],
    ['of something else', ['bike'], `${start.replace('predictor', 'dataset')}/bike`, 'ResourceNotFoundException'],
    [
      'without region and account',
      ['bike'],
      'arn:aws:forecast:::predictor/bike',
      'arn:aws:forecast:us-west-2:123456789012:predictor-backtest-export-job/bike/job',
    ],
    [
      'in another partition',
      ['bike'],
      `${start.replace('aws', 'aws-cn')}/bike`,
      `${job.replace('aws', 'aws-cn')}/bike/job`,
    ],
    [
      'with a region that leaves no room for the ARN of a job',
      ['bike'],
      `arn:aws:forecast:${'r'.repeat(200)}:1:predictor/bike`,
      'InvalidInputException',
    ],
  ])('%s', async (_, served, arn, expected) => {
    expect(await createdBy(Object.fromEntries(served.map((name) => [name, bike])), arn)).toBe(expected);
  });

  it('may be spelled with or without suffix in the ARN of a job', async () => {
    const service = await startWith({ TAXI: bike });
    await service.call('CreatePredictorBacktestExportJob', create(`${start}/TAXI_${ulid}`));
    for (const name of ['TAXI', `TAXI_${ulid}`]) {
      const PredictorBacktestExportJobArn = `${job}/${name}/job`;
      const found = await service.call('DescribePredictorBacktestExportJob', { PredictorBacktestExportJobArn });
      expect(found).toMatchObject({ PredictorArn: `${start}/TAXI_${ulid}`, PredictorBacktestExportJobName: 'job' });
    }
    const ListTags = service.call('ListTagsForResource', { ResourceArn: `${job}/BOAT_${ulid}/job` });
    await expect(ListTags).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await service.settled();
  });
});

describe('the name of a job', () => {
  it('is unique among the jobs of one predictor, and equal names of different predictors have separate files', async () => {
    const bike = createMemoryStorage();
    await generateExport(bike, { items: 2, parts: 1 });
    const bucket = createMemoryStorage();
    const service = await createExportJobService({
      predictors: { TAXI: bike, BOAT: bike },
      destination: () => bucket,
      clock: () => 1_700_000_000_000,
    });
    for (const name of ['TAXI', `BOAT_${ulid}`]) {
      await service.call('CreatePredictorBacktestExportJob', create(`${start}/${name}`));
    }
    const again = service.call('CreatePredictorBacktestExportJob', create(`${start}/BOAT`));
    await expect(again).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    await service.settled();
    const { PredictorBacktestExportJobs: jobs } = (await service.call('ListPredictorBacktestExportJobs', {})) as {
      PredictorBacktestExportJobs: DescribedJob[];
    };
    expect(jobs.map((job) => [job.PredictorBacktestExportJobArn.split('/')[1], job.Status])).toEqual([
      ['BOAT', 'ACTIVE'],
      ['TAXI', 'ACTIVE'],
    ]);
    expect((await bucket.list('forecasted-values')).map(({ path }) => path)).toEqual([
      'forecasted-values/Forecasts_job_2023-11-14T22-13-20Z_part0.csv',
      'forecasted-values/Forecasts_job_2023-11-14T22-13-21Z_part0.csv',
    ]);
  });
});

describe('a destination that is a predictor', () => {
  it('is refused through links, as its table, and as the folder above a bare table', async () => {
    const folder = temporaryFolder();
    const bike = join(folder, 'bike');
    await generateExport(createLocalStorage(bike), { items: 2, parts: 1 });
    await symlink(bike, join(folder, 'link'));
    const service = await createExportJobService({
      predictors: { other: createMemoryStorage(), bike, table: join(bike, 'forecasted-values') },
      destination: (path) => createLocalStorage(join(folder, path.slice('s3://'.length))),
    });
    const messageFor = (path: string): Promise<string> =>
      service
        .call('CreatePredictorBacktestExportJob', create(`${start}/other`, path.replaceAll(/\W/g, '_'), path))
        .then(
          () => 'accepted',
          (error: Error) => `${error.name}: ${error.message}`,
        );
    const refused = (name: string): string =>
      `InvalidInputException: 'Destination.S3Config.Path': the destination is in the folder of the predictor ${name}`;
    expect(await messageFor('s3://bike')).toBe(refused('bike'));
    expect(await messageFor('s3://link')).toBe(refused('bike'));
    expect(await messageFor('s3://link/accuracy-metrics-values')).toBe(refused('bike'));
    expect(await messageFor('s3://elsewhere')).toBe('accepted');
    await service.settled();
    expect((await openExport(bike)).complete).toBe(true);
  });

  it('is refused when the job starts, if a function makes the predictor', async () => {
    const bike = createMemoryStorage();
    await generateExport(bike, { items: 2, parts: 1 });
    const service = await createExportJobService({ predictors: { bike: async () => bike }, destination: () => bike });
    const { PredictorBacktestExportJobArn } = (await service.call(
      'CreatePredictorBacktestExportJob',
      create(`${start}/bike`),
    )) as { PredictorBacktestExportJobArn: string };
    await service.settled();
    const job = (await service.call('DescribePredictorBacktestExportJob', {
      PredictorBacktestExportJobArn,
    })) as DescribedJob;
    expect([job.Status, job.Message]).toEqual([
      'CREATE_FAILED',
      expect.stringContaining('is in the folder of the predictor'),
    ]);
    expect((await openExport(bike)).complete).toBe(true);
  });
});
