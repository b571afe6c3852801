import { checkOptions, type Zod } from '../options.ts';
import { toAccuracyMetrics, type AccuracyMetricsResponse } from '../metrics/accuracy-metrics.ts';
import { summarize } from '../metrics/summarize.ts';
import { ForecastException, resourceNotFound } from './exceptions.ts';
import { describeJob, isAtWork, listJob, type JobRecord } from './job-record.ts';
import { JobRunner } from './job-runner.ts';
import { JobStore } from './job-store.ts';
import { formatToken, parseToken } from './page-token.ts';
import { findPredictor, openPredictor } from './predictors.ts';
import type { JobServiceOptions } from './service-options.ts';
import { checkRequest, createShapes, type OperationName, type RequestOf, type Shapes, type Tag } from './shapes.ts';

/** The operations, as a client sends them. Each throws `ForecastException`. */
export interface ExportJobService {
  /** Answers a request of any operation; what it throws has a name that SDKs know. */
  call(operation: OperationName, request: unknown): Promise<object>;
  /** Settles when no job is waiting or at work. */
  settled(): Promise<void>;
  /** Stops what is at work, as if by StopResource, and settles when it has ended. */
  close(): Promise<void>;
}

/**
 * The export job API of Amazon Forecast, as something to run: Create answers at once and writes in the background, both
 * folders with markers, under the job's name and time; statuses move as the service's do. A job that was at work when the
 * process ended is CREATE_FAILED afterwards, and its parts are removed.
 *
 * @throws `OPTION_INVALID`; what reading the state throws
 */
export async function createExportJobService(options: JobServiceOptions): Promise<ExportJobService> {
  await checkOptions('createExportJobService', options, serviceOptionsShape);
  const { z } = await import('zod');
  const store = await JobStore.open(options.state);
  const runner = new JobRunner(store, options);
  await runner.recover();
  return new Service(options, store, runner, createShapes(z));
}

type Operations = { readonly [Name in OperationName]: (request: RequestOf<Name>) => Promise<object> };

class Service implements ExportJobService {
  readonly #options: JobServiceOptions;
  readonly #store: JobStore;
  readonly #runner: JobRunner;
  readonly #shapes: Shapes;
  readonly #operations: Operations;
  #order: number;

  constructor(options: JobServiceOptions, store: JobStore, runner: JobRunner, shapes: Shapes) {
    this.#options = options;
    this.#store = store;
    this.#runner = runner;
    this.#shapes = shapes;
    this.#order = Math.max(0, ...[...store.jobs.values()].map(({ order }) => order));
    this.#operations = {
      CreatePredictorBacktestExportJob: (request) => this.#create(request),
      DescribePredictorBacktestExportJob: async (request) =>
        describeJob(this.#find(request.PredictorBacktestExportJobArn), this.#now()),
      ListPredictorBacktestExportJobs: async (request) => this.#list(request),
      DeletePredictorBacktestExportJob: (request) => this.#delete(request),
      StopResource: async ({ ResourceArn }) => this.#runner.stop(this.#find(ResourceArn)),
      TagResource: (request) => this.#tag(request),
      UntagResource: (request) => this.#untag(request),
      ListTagsForResource: async ({ ResourceArn }) => ({ Tags: this.#find(ResourceArn).tags }),
      GetAccuracyMetrics: ({ PredictorArn }) => this.#accuracyMetrics(PredictorArn),
    };
  }

  async call(operation: OperationName, request: unknown): Promise<object> {
    const checked = checkRequest(this.#shapes, operation, request);
    // one operation and its own request, which the compiler cannot know of a name that is not
    const run = this.#operations[operation] as (given: unknown) => Promise<object>;
    return run(checked);
  }

  settled(): Promise<void> {
    return this.#runner.settled();
  }

  async close(): Promise<void> {
    for (const job of this.#store.jobs.values()) if (isAtWork(job)) await this.#runner.stop(job);
    await this.settled();
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }

  #find(arn: string): JobRecord {
    const job = this.#store.jobs.get(arn);
    if (job === undefined) throw resourceNotFound(arn);
    return job;
  }

  async #create(request: RequestOf<'CreatePredictorBacktestExportJob'>): Promise<object> {
    const { PredictorBacktestExportJobName: name, PredictorArn: predictorArn, Destination, Tags = [] } = request;
    findPredictor(this.#options.predictors, predictorArn);
    assertTags(Tags);
    const { account = '123456789012', region = 'us-west-2' } = this.#options;
    const predictor = predictorArn.slice(predictorArn.lastIndexOf('/') + 1);
    const arn = `arn:aws:forecast:${region}:${account}:predictor-backtest-export-job/${predictor}/${name}`;
    const { jobs } = this.#store;
    if ([...jobs.values()].some((job) => job.name === name)) {
      throw new ForecastException(
        'ResourceAlreadyExistsException',
        `A backtest export job with the name ${name} exists already`,
      );
    }
    const most = this.#options.limits?.jobs ?? 1000;
    if (jobs.size >= most) {
      throw new ForecastException('LimitExceededException', `At most ${most} backtest export jobs may exist`);
    }
    const job: JobRecord = {
      arn,
      name,
      predictorArn,
      destination: Destination,
      format: request.Format ?? 'CSV',
      created: this.#now(),
      order: ++this.#order,
      status: 'CREATE_PENDING',
      message: undefined,
      ended: undefined,
      tags: Tags,
    };
    jobs.set(arn, job);
    await this.#store.save();
    this.#runner.start(job);
    return { PredictorBacktestExportJobArn: arn };
  }

  #list({ Filters = [], MaxResults = 100, NextToken }: RequestOf<'ListPredictorBacktestExportJobs'>): object {
    const now = this.#now();
    const before = NextToken === undefined ? Infinity : parseToken(NextToken, now);
    const matches = (job: JobRecord): boolean =>
      Filters.every(({ Key, Condition, Value }) => {
        const found = Key === 'Status' ? job.status : job.predictorArn;
        return (found === Value) === (Condition === 'IS');
      });
    const found = [...this.#store.jobs.values()]
      .filter((job) => job.order < before && matches(job))
      .sort((a, b) => b.order - a.order);
    const page = found.slice(0, MaxResults);
    const last = page.at(-1);
    return {
      PredictorBacktestExportJobs: page.map((job) => listJob(job, now)),
      ...(last !== undefined && found.length > page.length ? { NextToken: formatToken(last.order, now) } : {}),
    };
  }

  async #delete({
    PredictorBacktestExportJobArn: arn,
  }: RequestOf<'DeletePredictorBacktestExportJob'>): Promise<object> {
    const job = this.#find(arn);
    if (isAtWork(job) || job.status === 'DELETE_PENDING' || job.status === 'DELETE_IN_PROGRESS') {
      throw new ForecastException(
        'ResourceInUseException',
        `The job ${arn} is ${job.status} and cannot be deleted now`,
      );
    }
    await this.#runner.remove(job);
    return {};
  }

  async #tag({ ResourceArn, Tags }: RequestOf<'TagResource'>): Promise<object> {
    const job = this.#find(ResourceArn);
    const keys = new Set(Tags.map(({ Key }) => Key));
    const tags = [...job.tags.filter(({ Key }) => !keys.has(Key)), ...Tags];
    assertTags(tags);
    job.tags = tags;
    await this.#store.save();
    return {};
  }

  async #untag({ ResourceArn, TagKeys }: RequestOf<'UntagResource'>): Promise<object> {
    const job = this.#find(ResourceArn);
    job.tags = job.tags.filter(({ Key }) => !TagKeys.includes(Key));
    await this.#store.save();
    return {};
  }

  async #accuracyMetrics(arn: string): Promise<AccuracyMetricsResponse> {
    const source = await openPredictor(this.#options.predictors, arn);
    return toAccuracyMetrics(await summarize(source, { accuracyMetrics: false, threads: 1 }));
  }
}

const mostTags = 50;

function assertTags(tags: readonly Tag[]): void {
  if (tags.length <= mostTags) return;
  throw new ForecastException(
    'LimitExceededException',
    `At most ${mostTags} tags may be on a resource, found ${tags.length}`,
  );
}

const serviceOptionsShape = (z: Zod): ReturnType<Zod['strictObject']> =>
  z.strictObject({
    predictors: z.record(z.string(), z.unknown()),
    destination: z.function(),
    state: z.object({}).loose().optional(),
    clock: z.function().optional(),
    account: z.string().optional(),
    region: z.string().optional(),
    limits: z.strictObject({ jobs: z.int().min(1).optional(), running: z.int().min(1).optional() }).optional(),
    fail: z.function().optional(),
  });
