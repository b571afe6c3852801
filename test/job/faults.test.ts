import { beforeAll, describe, expect, it } from 'vitest';
import { formatExportTimestamp } from '#src/index.js';
import {
  createExportJobService,
  ForecastException,
  type DescribedJob,
  type ExportJobService,
  type JobStatus,
} from '#src/job/index.js';
import { createMemoryStorage, type MemoryStorage } from '#src/storage/memory.js';
import { generateExport } from '#src/testing/index.js';
import { Faults, withFaults } from '../support/faults.ts';
import { storageFiles } from '../support/folder-files.ts';
import { bikeArn } from './with-door.ts';

const bike = createMemoryStorage();

/** Calls that only read: failing before or after them, or ending the process there, makes no difference. */
const looking = / (?:list|open|read|close|assertUnchanged)\b/;
const ended = new Set<JobStatus>(['ACTIVE', 'CREATE_FAILED', 'CREATE_STOPPED', 'DELETE_FAILED']);

const jobArn = (name: string): string =>
  `arn:aws:forecast:us-west-2:123456789012:predictor-backtest-export-job/bike/${name}`;
const ofJob = (name: string): object => ({ PredictorBacktestExportJobArn: jobArn(name) });

/** What outlives a process: the folders. And the time, all of which is one second. */
class Machine {
  readonly state = createMemoryStorage();
  readonly buckets = new Map<string, MemoryStorage>();
  readonly problems: string[] = [];
  /** From now on jobs end without writing. */
  isQuick = false;
  #time = 1_700_000_000_000;

  start(faults: Faults): Promise<ExportJobService> {
    return createExportJobService({
      predictors: { bike },
      state: withFaults(this.state, faults, 'state'),
      destination: (path) => withFaults(this.bucket(path), faults, 'data'),
      clock: () => Math.min(++this.#time, 1_700_000_000_999),
      limits: { retryDelay: 1, running: 2 },
      onProblem: (message) => this.problems.push(message),
      fail: (_, stage) => (this.isQuick && stage === 'create' ? 'quick' : undefined),
    });
  }

  bucket(path: string): MemoryStorage {
    const storage = this.buckets.get(path) ?? createMemoryStorage([], path);
    this.buckets.set(path, storage);
    return storage;
  }
}

/** A client that records what it was told, and retries after a failure like SDKs. */
class Client {
  readonly told = new Map<string, JobStatus>();
  /** Jobs that were created for certain, and not asked to be deleted. */
  readonly created = new Set<string>();
  readonly deleted = new Set<string>();
  failures = 0;
  readonly #service: ExportJobService;
  readonly #faults: Faults;

  constructor(service: ExportJobService, faults: Faults) {
    this.#service = service;
    this.#faults = faults;
  }

  async create(name: string, path = `s3://bucket/${name}`): Promise<void> {
    this.deleted.delete(name);
    const isDone = await this.#send('CreatePredictorBacktestExportJob', {
      PredictorBacktestExportJobName: name,
      PredictorArn: bikeArn,
      Destination: { S3Config: { Path: path, RoleArn: 'role' } },
    });
    if (isDone !== undefined) this.created.add(name);
  }

  async status(name: string): Promise<JobStatus | undefined> {
    const answer = (await this.#send('DescribePredictorBacktestExportJob', ofJob(name))) as { Status?: JobStatus };
    if (answer?.Status !== undefined) this.told.set(name, answer.Status);
    return answer?.Status;
  }

  async stop(name: string): Promise<void> {
    await this.#send('StopResource', { ResourceArn: jobArn(name) });
  }

  async delete(name: string): Promise<void> {
    this.created.delete(name);
    this.told.delete(name);
    const answer = await this.#send('DeletePredictorBacktestExportJob', ofJob(name));
    if (answer !== undefined) this.deleted.add(name);
  }

  /** Polls until the job has ended or the service is gone. */
  async wait(name: string): Promise<void> {
    for (let asked = 0; asked < 2000 && !this.#faults.isDead; asked++) {
      const status = await this.status(name);
      if (status === undefined || ended.has(status)) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Of a dead process no answer is heard. */
  async #send(operation: Parameters<ExportJobService['call']>[0], request: object): Promise<object | undefined> {
    for (let tries = 0; tries < 3 && !this.#faults.isDead; tries++) {
      try {
        const answer = await this.#service.call(operation, request);
        return this.#faults.isDead ? undefined : answer;
      } catch (error) {
        if (this.#faults.isDead) return undefined;
        if (error instanceof ForecastException) {
          if (error.name === 'ResourceNotFoundException') return undefined;
          throw error;
        }
        this.failures++;
      }
    }
    return undefined;
  }
}

/** Two jobs, one stopped, one deleted, its name used again for the same folder, and a second job in that folder. */
async function useService(client: Client): Promise<void> {
  await client.create('first');
  await client.create('second');
  await client.create('stopped');
  await client.stop('stopped');
  for (const name of ['first', 'second', 'stopped']) await client.wait(name);
  await client.delete('first');
  await client.wait('first');
  await client.create('first');
  await client.wait('first');
  await client.create('beside', 's3://bucket/first');
  await client.wait('beside');
}

const names = ['first', 'second', 'stopped', 'beside'];

/** The parts of a job's export: path and content. */
async function partsOf(storage: MemoryStorage, name: string, second?: string): Promise<[string, string][]> {
  const start = second === undefined ? `${name}_` : `${name}_${second}_`;
  return [...(await storageFiles(storage))].filter(([path]) =>
    /\/(?:Forecasts|Accuracy)_(.*)$/.exec(path)?.[1]?.startsWith(start),
  );
}

/** What a whole export is; learnt from a run in which nothing goes wrong. */
let whole: string | undefined;

/** Whether the export of an ACTIVE job is there to the last byte, with its marker. */
async function findIncomplete(
  bucket: MemoryStorage,
  service: ExportJobService,
  name: string,
): Promise<string | undefined> {
  const job = (await service.call('DescribePredictorBacktestExportJob', ofJob(name))) as DescribedJob;
  const exportedAt = new Date(Math.floor(job.CreationTime.getTime() / 1000) * 1000);
  const parts = await partsOf(bucket, name, formatExportTimestamp(exportedAt));
  const content = parts.map(([path, bytes]) => `${path.split('/')[0]} ${bytes}`).join('\n');
  whole ??= content;
  if (content !== whole || content === '') return `has other parts: ${parts.map(([path]) => path).join(', ')}`;
  return bucket.get('_SUCCESS') === undefined ? 'has no _SUCCESS' : undefined;
}

/** What the jobs and the folders say of each other, and whether every job can be deleted and its name used again. */
async function findWrongs(machine: Machine, service: ExportJobService, before: Client): Promise<string[]> {
  const wrongs: string[] = [];
  const now = new Client(service, new Faults());
  const places = new Map(names.map((name) => [name, `s3://bucket/${name === 'beside' ? 'first' : name}`]));
  for (const [name, place] of places) {
    const status = await now.status(name);
    const wrong = (text: string): unknown => wrongs.push(`${name}, ${status}: ${text}`);
    if (status !== undefined && !ended.has(status)) wrong('has not ended');
    if (status === undefined && before.created.has(name)) wrong('is gone');
    if (status !== undefined && before.deleted.has(name)) wrong('was deleted');
    if (before.told.get(name) === 'ACTIVE' && status !== 'ACTIVE') wrong('was ACTIVE');
    if (status === 'ACTIVE') {
      const problem = await findIncomplete(machine.bucket(place), service, name);
      if (problem !== undefined) wrong(problem);
    } else if (!before.deleted.has(name) && name !== 'first') {
      const parts = await partsOf(machine.bucket(place), name);
      if (parts.length > 0) wrong(`has left ${parts.map(([path]) => path).join(', ')}`);
    }
    if (status === undefined) continue;
    await now.delete(name);
  }
  await service.settled();
  for (const [name, place] of places) {
    await now.create(name, place);
    await now.wait(name);
    const expected = machine.isQuick ? 'CREATE_FAILED' : 'ACTIVE';
    if (now.told.get(name) !== expected) wrongs.push(`${name}: its name cannot be used again: ${now.told.get(name)}`);
    machine.isQuick = true;
  }
  return wrongs;
}

async function runWith(faults: Faults): Promise<string[]> {
  const machine = new Machine();
  let service: ExportJobService | undefined;
  let client: Client | undefined;
  try {
    service = await machine.start(faults);
    client = new Client(service, faults);
    await useService(client);
    if (!faults.isDead) await service.settled();
    faults.isOver = true;
  } catch (error) {
    if (!faults.isDead && service !== undefined) return [`it threw ${String(error)}`];
  }
  if (faults.isDead) {
    // stop the retries of the dead process
    await service?.close();
    service = await machine.start(new Faults());
  }
  // a state that cannot be read keeps a service from starting; the next start reads it
  service ??= await machine.start(new Faults());
  faults.isOver = true;
  const wrongs = await findWrongs(machine, service, client ?? new Client(service, faults));
  await service.close();
  return wrongs;
}

describe('a service under faults', () => {
  beforeAll(async () => {
    await generateExport(bike, { items: 2, parts: 1, windows: 1, horizon: 2, frequency: 'D' });
  });

  it.each(['fail', 'fail-after', 'kill-after'] as const)(
    'keeps its promises when any one step has a %s',
    async (mode) => {
      const counting = new Faults();
      expect(await runWith(counting)).toEqual([]);
      const steps = counting.steps.map((step, at) => [step, at] as const);
      const chosen = steps.filter(([step]) => mode === 'fail' || !looking.test(step));
      expect(chosen.length).toBeGreaterThan(100);
      const wrongs: string[] = [];
      for (const [, at] of chosen) {
        const faults = new Faults(at, mode);
        wrongs.push(...(await runWith(faults)).map((wrong) => `${at} (${faults.steps[at]}): ${wrong}`));
      }
      expect(wrongs).toEqual([]);
    },
  );
});
