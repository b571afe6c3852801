import type { z as Zod } from 'zod';
import { assertKind, checkOptions, loadZod } from '../options.ts';
import { toGuarded } from '../storage/given-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { AccuracyReader } from './accuracy-reader.ts';
import { ForecastException, resourceNotFound, shuttingDown } from './exceptions.ts';
import { FaultRules } from './fault-rules.ts';
import { checkFaults } from './fault-shape.ts';
import type { InjectedFaults, PendingFaults } from './injected-faults.ts';
import { describeJob, isAtWork, isBeingDeleted, type JobRecord } from './job-record.ts';
import { JobRunner, type OpenDestination } from './job-runner.ts';
import type { JobDraft } from './job-state.ts';
import { JobStore } from './job-store.ts';
import { listPage } from './list-page.ts';
import { assertNoPredictors } from './own-folder.ts';
import { formatJobArn, normalizeJobArn, parsePredictorArn } from './predictor-arn.ts';
import { findPredictor } from './predictors.ts';
import { PredictorReader } from './predictor-reader.ts';
import { recoverJobs } from './recover-jobs.ts';
import type { Destination, OperationName, Requests, Tag } from './requests.ts';
import { assertTags, findTagged, putTags, tagsOf } from './resource-tags.ts';
import { serviceOptionsShape, type JobServiceOptions } from './service-options.ts';
import { checkRequest, createShapes, longestArn, type Shapes } from './shapes.ts';

/** The operations as clients call them. Each throws `ForecastException`. */
export interface ExportJobService {
  /**
   * Handles a request of any operation. It throws exceptions with names that SDKs know; any other error is a failure of
   * this machine, such as a full disk: then nothing has changed, and the request may be repeated.
   */
  call(operation: OperationName, request: unknown): Promise<object>;
  /**
   * Makes jobs and requests fail or wait from now on, in addition to what was injected before.
   * @throws `OPTION_INVALID`
   */
  inject(faults: InjectedFaults): void;
  /** What was injected and is still to happen. */
  readonly injected: PendingFaults;
  /**
   * Removes what was injected, stops and forgets every job, and forgets the tags, as between two tests. Files stay.
   * @throws `TIMED_OUT` if a job has not stopped after 10 seconds; what saving throws
   */
  reset(): Promise<void>;
  /** Resolves when no job is pending or running. */
  settled(): Promise<void>;
  /** Stops all jobs, as by StopResource, and resolves when they have ended; no other job can be created any more. */
  close(): Promise<void>;
}

/**
 * A local implementation of Amazon Forecast's export job API: Create responds at once and writes in the background,
 * both folders with markers, under the job's name and time. Statuses change as in the service and are reported once
 * they are saved. After a restart, a job that was running is ACTIVE if its export is complete, otherwise CREATE_FAILED
 * without any part.
 *
 * @throws `OPTION_INVALID`; what reading the state throws
 */
export async function createExportJobService(options: JobServiceOptions): Promise<ExportJobService> {
  await checkOptions('createExportJobService', options, serviceOptionsShape);
  const { z } = await loadZod();
  const {
    state: storage,
    clock: now = Date.now,
    onProblem = () => undefined,
    onStatus,
    limits: { retryDelay = 100 } = {},
  } = options;
  const state = storage === undefined ? undefined : toGuarded('createExportJobService.state', storage);
  const telling = (job: JobRecord): void => {
    try {
      onStatus?.(describeJob(job, now()));
    } catch {
      // the service does not depend on who listens
    }
  };
  const store = await JobStore.open({ storage: state, now: now(), onProblem, onStatus: telling, retryDelay });
  const openDestination = ({ destination }: JobRecord): Storage => openDestinationOf(options, destination);
  const recovered = await recoverJobs(store, { openDestination, now, retryDelay });
  // if it cannot be saved yet, it will be later; until then the jobs appear to be running
  const saved = store.settle(recovered).catch(() => undefined);
  await Promise.race([saved, store.tried()]);
  return new Service(options, store, z);
}

type Operations = { readonly [Name in OperationName]: (request: Requests[Name]) => Promise<object> };

class Service implements ExportJobService {
  readonly #options: JobServiceOptions;
  readonly #store: JobStore;
  readonly #runner: JobRunner;
  readonly #z: typeof Zod;
  readonly #shapes: Shapes;
  readonly #faults = new FaultRules();
  readonly #accuracy: AccuracyReader;
  readonly #described: PredictorReader;
  readonly #operations: Operations;

  constructor(options: JobServiceOptions, store: JobStore, z: typeof Zod) {
    this.#options = options;
    this.#store = store;
    this.#runner = new JobRunner(store, options, this.#faults);
    this.#z = z;
    this.#shapes = createShapes(z);
    this.#accuracy = new AccuracyReader(options.predictors);
    this.#described = new PredictorReader({
      predictors: options.predictors,
      ...this.#home,
      datasetGroup: options.datasetGroup,
      started: this.#now(),
      clock: () => this.#now(),
    });
    this.#operations = {
      CreatePredictorBacktestExportJob: (request) => this.#create(request),
      DescribePredictorBacktestExportJob: async (request) =>
        describeJob(this.#find(request.PredictorBacktestExportJobArn), this.#now()),
      ListPredictorBacktestExportJobs: async (request) => listPage(this.#store.jobs, request, this.#now()),
      DeletePredictorBacktestExportJob: (request) => this.#delete(request),
      StopResource: (request) => this.#stop(request),
      TagResource: (request) => this.#tag(request),
      UntagResource: (request) => this.#untag(request),
      ListTagsForResource: async (request) => this.#listTags(request),
      GetAccuracyMetrics: ({ PredictorArn }) => this.#accuracy.read(PredictorArn),
      ListPredictors: (request) => this.#described.list(request),
      DescribePredictor: ({ PredictorArn }) => this.#described.describe(PredictorArn),
      DescribeAutoPredictor: ({ PredictorArn }) => this.#described.describeAuto(PredictorArn),
      CreatePredictor: async ({ PredictorName }) => this.#described.create(PredictorName),
      CreateAutoPredictor: async ({ PredictorName }) => this.#described.create(PredictorName),
      DescribeDatasetGroup: async ({ DatasetGroupArn }) => this.#described.describeGroup(DatasetGroupArn),
    };
  }

  async call(operation: OperationName, request: unknown): Promise<object> {
    assertKind('call: operation', operation, 'text');
    if (Object.hasOwn(this.#operations, operation)) {
      const failure = this.#faults.takeRequestFailure(operation);
      if (failure !== undefined) throw failure;
    }
    const checked = checkRequest(this.#shapes, operation, request);
    // the operation and its request match, which the compiler cannot infer from a variable name
    const run = this.#operations[operation] as (given: unknown) => Promise<object>;
    return run(checked);
  }

  inject(faults: InjectedFaults): void {
    this.#faults.add(checkFaults('inject', this.#z, faults));
  }

  get injected(): PendingFaults {
    return this.#faults.pending;
  }

  async reset(): Promise<void> {
    this.#faults.clear();
    await this.#runner.reset(longestReset);
  }

  settled(): Promise<void> {
    return this.#runner.settled();
  }

  async close(): Promise<void> {
    this.#accuracy.close();
    this.#described.close();
    await this.#runner.close();
  }

  /** The region and account of what has no others. */
  get #home(): { readonly region: string; readonly account: string } {
    const { account = '123456789012', region = 'us-west-2' } = this.#options;
    return { account, region };
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }

  #find(arn: string): JobRecord {
    return findJob(this.#store.jobs, arn);
  }

  async #create(request: Requests['CreatePredictorBacktestExportJob']): Promise<object> {
    const { PredictorBacktestExportJobName: name, PredictorArn: predictorArn, Destination: destination } = request;
    const { predictors } = this.#options;
    findPredictor(predictors, predictorArn);
    const tags = request.Tags ?? [];
    assertTags(tags);
    const arn = this.#jobArn(predictorArn, name);
    const open = openOnce(() => openDestinationOf(this.#options, destination));
    await assertNoPredictors(open, predictors);
    const job = await this.#store.change((draft) => {
      if (this.#runner.isClosing) throw shuttingDown();
      this.#assertRoom(draft, arn);
      const order = [...draft.jobs.values()].reduce((most, { order: one }) => Math.max(most, one), 0) + 1;
      const created = draft.creationTime(name, this.#now());
      const format = request.Format ?? 'CSV';
      const status = 'CREATE_PENDING';
      const made: JobRecord = { arn, name, predictorArn, destination, format, created, order, status, tags };
      draft.put(made);
      return made;
    });
    this.#runner.start(job, open);
    return { PredictorBacktestExportJobArn: arn };
  }

  #jobArn(predictorArn: string, name: string): string {
    const predictor = parsePredictorArn(predictorArn);
    if (predictor === undefined) throw resourceNotFound(predictorArn);
    const arn = formatJobArn(predictor, name, this.#home);
    if (arn.length <= longestArn) return arn;
    const problem = `expected a job ARN of at most ${longestArn} characters, it would have ${arn.length}`;
    throw new ForecastException('InvalidInputException', problem);
  }

  /** A name must be unique among the jobs of one predictor, because it is part of their ARNs. */
  #assertRoom({ jobs }: JobDraft, arn: string): void {
    if (jobs.has(arn)) {
      // clients take the ARN from the end of the message
      const problem = `A predictor backtest export job already exists with the arn: ${arn}`;
      throw new ForecastException('ResourceAlreadyExistsException', problem);
    }
    const most = this.#options.limits?.jobs ?? 1000;
    if (jobs.size >= most) {
      throw new ForecastException('LimitExceededException', `At most ${most} backtest export jobs may exist`);
    }
  }

  async #stop({ ResourceArn }: Requests['StopResource']): Promise<object> {
    await this.#runner.stop(this.#find(ResourceArn).arn);
    return {};
  }

  async #delete({ PredictorBacktestExportJobArn: arn }: Requests['DeletePredictorBacktestExportJob']): Promise<object> {
    await this.#runner.remove(this.#find(arn).arn, ({ jobs }) => {
      const job = findJob(jobs, arn);
      if (!isAtWork(job) && !isBeingDeleted(job)) return job;
      const problem = `The job ${job.arn} is ${job.status} and cannot be deleted now`;
      throw new ForecastException('ResourceInUseException', problem);
    });
    return {};
  }

  #listTags({ ResourceArn }: Requests['ListTagsForResource']): object {
    return { Tags: tagsOf(this.#store.state, this.#findTagged(ResourceArn)) };
  }

  async #tag({ ResourceArn, Tags }: Requests['TagResource']): Promise<object> {
    const keys = new Set(Tags.map(({ Key }) => Key));
    return this.#retag(ResourceArn, (tags) => [...tags.filter(({ Key }) => !keys.has(Key)), ...Tags]);
  }

  async #untag({ ResourceArn, TagKeys }: Requests['UntagResource']): Promise<object> {
    const keys = new Set(TagKeys);
    return this.#retag(ResourceArn, (tags) => tags.filter(({ Key }) => !keys.has(Key)));
  }

  async #retag(arn: string, change: (tags: readonly Tag[]) => Tag[]): Promise<object> {
    await this.#store.change((draft) => {
      const key = this.#findTagged(arn, draft.jobs);
      putTags(draft, key, change(tagsOf(draft, key)));
    });
    return {};
  }

  #findTagged(arn: string, jobs: ReadonlyMap<string, JobRecord> = this.#store.jobs): string {
    const { predictors, datasetGroup } = this.#options;
    return findTagged(jobs, predictors, datasetGroup, arn);
  }
}

/** Milliseconds that a reset waits for jobs to stop. */
const longestReset = 10_000;

function findJob(jobs: ReadonlyMap<string, JobRecord>, arn: string): JobRecord {
  const job = jobs.get(arn) ?? jobs.get(normalizeJobArn(arn));
  if (job === undefined) throw resourceNotFound(arn);
  return job;
}

function openDestinationOf({ destination: open }: JobServiceOptions, { S3Config }: Destination): Storage {
  return toGuarded('createExportJobService.destination', open(S3Config.Path, S3Config.KMSKeyArn));
}

/** Opens the destination on the first call; a failure is thrown on every call. */
function openOnce(open: () => Storage): OpenDestination {
  let opened: { readonly storage: Storage } | { readonly error: unknown } | undefined;
  return () => {
    try {
      opened ??= { storage: open() };
    } catch (error) {
      opened = { error };
    }
    if ('storage' in opened) return opened.storage;
    throw opened.error;
  };
}
