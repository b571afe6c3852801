import { BacktestExportError } from '../errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { JobRecord } from './job-record.ts';

const file = 'backtest-export-jobs.json';

/**
 * The jobs by ARN, in memory and, with a storage, in one file of it that is replaced as a whole at each change. Changes
 * that come while it is written go into the next writing together.
 */
export class JobStore {
  readonly jobs: Map<string, JobRecord> = new Map();
  readonly #storage: Storage | undefined;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(storage: Storage | undefined) {
    this.#storage = storage;
  }

  /** Reads what an earlier service left. @throws `READ_FAILED` for a file that is none of these */
  static async open(storage: Storage | undefined): Promise<JobStore> {
    const store = new JobStore(storage);
    if (storage === undefined) return store;
    for (const job of await readJobs(storage)) store.jobs.set(job.arn, job);
    return store;
  }

  /** Settles once the state of now is on disk. */
  async save(): Promise<void> {
    if (this.#storage === undefined) return;
    if (this.#writing === undefined) return this.#write();
    // one more writing for all who come now
    this.#next ??= this.#writing.then(() => this.#write());
    return this.#next;
  }

  async #write(): Promise<void> {
    this.#next = undefined;
    const bytes = new TextEncoder().encode(JSON.stringify({ version: 1, jobs: [...this.jobs.values()] }));
    this.#writing = this.#replace(bytes);
    try {
      await this.#writing;
    } finally {
      this.#writing = undefined;
    }
  }

  async #replace(bytes: Uint8Array): Promise<void> {
    const writer = await this.#storage?.create(file, { overwrite: true });
    await writer?.write(bytes);
    await writer?.finish();
  }
}

async function readJobs(storage: Storage): Promise<JobRecord[]> {
  let bytes: Uint8Array;
  try {
    const opened = await storage.open(file);
    bytes = new Uint8Array(opened.size);
    await opened.read(bytes, 0);
    await opened.close();
  } catch (error) {
    if (error instanceof BacktestExportError && error.code === 'FILE_NOT_FOUND') return [];
    throw error;
  }
  try {
    const state: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof state === 'object' && state !== null && 'jobs' in state && Array.isArray(state.jobs)) {
      return state.jobs as JobRecord[];
    }
  } catch {
    // told below
  }
  throw new BacktestExportError('READ_FAILED', 'expected the jobs of a service, found something else', {
    position: { file },
  });
}
