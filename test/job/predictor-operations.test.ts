import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMemoryStorage, type MemoryStorage } from '#src/storage/memory.js';
import { createExportJobService, createResponseShapes, type ExportJobService } from '#src/job/index.js';
import type { JobServiceOptions } from '#src/job/service-options.js';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';

const ulid = '_01G415VFPA7DRMEFTBWH4WM0M9';
const start = 'arn:aws:forecast:us-west-2:123456789012';

async function exportOf(options: GenerateOptions = {}): Promise<MemoryStorage> {
  const storage = createMemoryStorage();
  const shape = { items: 2, windows: 3, horizon: 4, windowOffset: 2, frequency: 'D', dimensions: [] } as const;
  await generateExport(storage, { ...shape, ...options });
  return storage;
}

async function serve(options: Partial<JobServiceOptions> = {}): Promise<ExportJobService> {
  return createExportJobService({
    predictors: { bike: await exportOf() },
    destination: () => createMemoryStorage(),
    ...options,
  });
}

const errorOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    (error: Error) => `${error.name}: ${error.message}`,
  );

const exported = new Date('2021-12-14T13:20:10Z');
const day = (text: string): Date => new Date(`${text}T00:00:00Z`);

describe('DescribePredictor', () => {
  const shapes = createResponseShapes(z);

  it('tells what the export tells', async () => {
    const service = await serve({ datasetGroup: 'rides' });
    const described = await service.call('DescribePredictor', { PredictorArn: `${start}:predictor/bike` });
    expect(described).toEqual({
      PredictorArn: `${start}:predictor/bike`,
      PredictorName: 'bike',
      IsAutoPredictor: false,
      Status: 'ACTIVE',
      CreationTime: exported,
      LastModificationTime: exported,
      InputDataConfig: { DatasetGroupArn: `${start}:dataset-group/rides` },
      ForecastHorizon: 4,
      ForecastTypes: ['mean', '0.1', '0.5', '0.9'],
      EvaluationParameters: { NumberOfBacktestWindows: 3, BackTestWindowOffset: 2 },
      FeaturizationConfig: { ForecastFrequency: 'D' },
      PredictorExecutionDetails: {
        PredictorExecutions: [
          {
            TestWindows: [
              { TestWindowStart: day('2021-11-01'), TestWindowEnd: day('2021-11-05'), Status: 'ACTIVE' },
              { TestWindowStart: day('2021-11-03'), TestWindowEnd: day('2021-11-07'), Status: 'ACTIVE' },
              { TestWindowStart: day('2021-11-05'), TestWindowEnd: day('2021-11-09'), Status: 'ACTIVE' },
            ],
          },
        ],
      },
    });
    expect(shapes.DescribePredictor.safeParse(described).error).toBeUndefined();
  });

  it('tells the same of an AutoPredictor in its own way', async () => {
    const frequency = '30min';
    const dimensions = [{ name: 'store', cardinality: 2 }];
    const TAXI = await exportOf({ windows: 1, frequency, dimensions, forecastTypes: ['0.5'] });
    const service = await serve({ predictors: { [`TAXI${ulid}`]: TAXI }, datasetGroup: 'rides' });
    const PredictorArn = `arn:aws:forecast:eu-west-1:1:predictor/TAXI${ulid}`;
    const auto = await service.call('DescribeAutoPredictor', { PredictorArn });
    expect(auto).toEqual({
      PredictorArn,
      PredictorName: 'TAXI',
      Status: 'ACTIVE',
      CreationTime: exported,
      LastModificationTime: exported,
      DataConfig: { DatasetGroupArn: 'arn:aws:forecast:eu-west-1:1:dataset-group/rides' },
      ForecastHorizon: 4,
      ForecastTypes: ['0.5'],
      ForecastFrequency: '30min',
      ForecastDimensions: ['store'],
    });
    expect(shapes.DescribeAutoPredictor.safeParse(auto).error).toBeUndefined();
    expect(await service.call('DescribePredictor', { PredictorArn })).toMatchObject({
      IsAutoPredictor: true,
      EvaluationParameters: { NumberOfBacktestWindows: 1 },
    });
  });

  it('leaves out what one step per window does not tell, and reads an export again when its files change', async () => {
    const bike = await exportOf({ windows: 1, horizon: 1 });
    const service = await serve({ predictors: { bike } });
    const PredictorArn = `${start}:predictor/bike`;
    const first = await service.call('DescribePredictor', { PredictorArn });
    expect(Object.keys(first)).not.toContain('ForecastHorizon');
    expect(Object.keys(first)).not.toContain('FeaturizationConfig');
    for (const folder of ['', 'forecasted-values', 'accuracy-metrics-values']) {
      for (const { path, kind } of await bike.list(folder)) if (kind === 'file') await bike.remove(path);
    }
    expect(await service.call('DescribePredictor', { PredictorArn })).toEqual({
      PredictorArn,
      PredictorName: 'bike',
      IsAutoPredictor: false,
      Status: 'CREATE_FAILED',
      Message: expect.stringContaining('expected part files'),
      CreationTime: expect.any(Date),
      LastModificationTime: expect.any(Date),
    });
    await generateExport(bike, { items: 1, horizon: 6, frequency: 'H' });
    expect(await service.call('DescribePredictor', { PredictorArn })).toMatchObject({
      Status: 'ACTIVE',
      ForecastHorizon: 6,
      FeaturizationConfig: { ForecastFrequency: 'H' },
    });
  });

  it('does not know others', async () => {
    const service = await serve();
    for (const operation of ['DescribePredictor', 'DescribeAutoPredictor'] as const) {
      const call = service.call(operation, { PredictorArn: `${start}:predictor/boat` });
      expect(await errorOf(call)).toBe(`ResourceNotFoundException: No resource found with ARN ${start}:predictor/boat`);
    }
  });
});

describe('ListPredictors', () => {
  it('lists newest exports first, filtered, page by page', async () => {
    const service = await serve({
      predictors: {
        old: await exportOf({ exportedAt: '2021-01-01T00-00-00Z' }),
        [`TAXI${ulid}`]: await exportOf({ exportedAt: '2023-01-01T00-00-00Z' }),
        gone: createMemoryStorage(),
      },
      datasetGroup: 'rides',
      region: 'eu-west-1',
      clock: () => Date.UTC(2022, 0),
    });
    const shapes = createResponseShapes(z);
    type Listed = {
      Predictors: { PredictorArn: string; IsAutoPredictor: boolean; Status: string }[];
      NextToken?: string;
    };
    const list = async (request: object): Promise<Listed> => {
      const answer = await service.call('ListPredictors', request);
      expect(shapes.ListPredictors.safeParse(answer).error).toBeUndefined();
      return answer as Listed;
    };
    const { Predictors, ...rest } = await list({});
    expect(
      Predictors.map(({ PredictorArn, IsAutoPredictor, Status }) => [PredictorArn, IsAutoPredictor, Status]),
    ).toEqual([
      [`arn:aws:forecast:eu-west-1:123456789012:predictor/TAXI${ulid}`, true, 'ACTIVE'],
      ['arn:aws:forecast:eu-west-1:123456789012:predictor/gone', false, 'CREATE_FAILED'],
      ['arn:aws:forecast:eu-west-1:123456789012:predictor/old', false, 'ACTIVE'],
    ]);
    expect(rest).toEqual({});
    const count = async (Key: string, Condition: string, Value: string): Promise<number> =>
      (await list({ Filters: [{ Key, Condition, Value }] })).Predictors.length;
    expect([
      await count('Status', 'IS', 'ACTIVE'),
      await count('DatasetGroupArn', 'IS', `${start}:dataset-group/rides`),
      await count('DatasetGroupArn', 'IS_NOT', `${start}:dataset-group/rides`),
      await count('DatasetGroupArn', 'IS', `${start}:dataset-group/ride`),
    ]).toEqual([2, 3, 0, 0]);
    const first = await list({ MaxResults: 2 });
    const second = await list({ MaxResults: 2, NextToken: first.NextToken });
    expect([first.Predictors, second.Predictors, second.NextToken]).toEqual([
      Predictors.slice(0, 2),
      Predictors.slice(2),
      undefined,
    ]);
    expect(await errorOf(service.call('ListPredictors', { NextToken: 'x' }))).toContain('InvalidNextTokenException');
    expect(await errorOf(service.call('ListPredictors', { Filters: [{ Key: 'Name' }] }))).toContain('InvalidInput');
  });
});

describe('what clients ask besides', () => {
  it('creating a predictor that is served tells its ARN, and another one cannot be created', async () => {
    const service = await serve({ predictors: { [`TAXI${ulid}`]: createMemoryStorage() } });
    for (const operation of ['CreateAutoPredictor', 'CreatePredictor'] as const) {
      expect(await errorOf(service.call(operation, { PredictorName: 'TAXI', ForecastHorizon: 3 }))).toBe(
        `ResourceAlreadyExistsException: A predictor already exists with the arn: ${start}:predictor/TAXI${ulid}`,
      );
      expect(await errorOf(service.call(operation, { PredictorName: 'boat' }))).toMatch(/^InvalidInputException: /);
    }
  });

  it('the dataset group is described if there is one', async () => {
    const DatasetGroupArn = `${start}:dataset-group/rides`;
    const service = await serve({ datasetGroup: 'rides', clock: () => 5000 });
    const group = await service.call('DescribeDatasetGroup', { DatasetGroupArn });
    expect(group).toEqual({
      DatasetGroupName: 'rides',
      DatasetGroupArn,
      DatasetArns: [],
      Status: 'ACTIVE',
      CreationTime: new Date(5000),
      LastModificationTime: new Date(5000),
    });
    expect(createResponseShapes(z).DescribeDatasetGroup.safeParse(group).error).toBeUndefined();
    const other = await serve();
    expect(await errorOf(other.call('DescribeDatasetGroup', { DatasetGroupArn }))).toContain(
      'ResourceNotFoundException',
    );
  });

  it('predictors and the dataset group have tags, which are kept across restarts and limited', async () => {
    const state = createMemoryStorage();
    const options = { state, datasetGroup: 'rides' };
    const service = await serve(options);
    const arns = [`${start}:predictor/bike`, `${start}:dataset-group/rides`];
    for (const ResourceArn of arns) {
      await service.call('TagResource', { ResourceArn, Tags: [{ Key: 'of', Value: ResourceArn.slice(-5) }] });
    }
    await service.close();
    const next = await serve(options);
    const tags = async (ResourceArn: string): Promise<unknown> => next.call('ListTagsForResource', { ResourceArn });
    expect(await Promise.all(arns.map(tags))).toEqual([
      { Tags: [{ Key: 'of', Value: '/bike' }] },
      { Tags: [{ Key: 'of', Value: 'rides' }] },
    ]);
    expect(await tags(`arn:aws:forecast:eu-west-1:9:predictor/bike${ulid}`)).toEqual(await tags(arns[0] ?? ''));
    const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    expect(await errorOf(next.call('TagResource', { ResourceArn: arns[0], Tags }))).toContain('LimitExceededException');
    await next.call('UntagResource', { ResourceArn: arns[0], TagKeys: ['of'] });
    expect(await tags(arns[0] ?? '')).toEqual({ Tags: [] });
    await next.reset();
    expect(await tags(arns[1] ?? '')).toEqual({ Tags: [] });
    for (const arn of [`${start}:predictor/boat`, `${start}:dataset-group/boat`, `${start}:dataset/rides`]) {
      expect(await errorOf(next.call('ListTagsForResource', { ResourceArn: arn }))).toContain('ResourceNotFound');
    }
  });
});
