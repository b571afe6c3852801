import type { z as Zod, ZodType } from 'zod';
import { isAtWork, secondOf, type JobRecord } from './job-record.ts';
import { jobStatuses } from './requests.ts';
import { createMembers } from './shapes.ts';
import { shortText } from './short-text.ts';

/** A name that was used a moment ago by a job that is deleted. */
export interface UsedName {
  readonly name: string;
  /** When that job was created. */
  readonly created: number;
}

/** Everything that the service keeps. */
export interface JobState {
  /** By ARN. */
  readonly jobs: ReadonlyMap<string, JobRecord>;
  /** So that a new job never gets the file names of a deleted one, which tell name and second, not the predictor. */
  readonly used: readonly UsedName[];
}

/** The next state while it is made. A function that changes it throws, if at all, before its first change. */
export class JobDraft {
  readonly #jobs: Map<string, JobRecord>;
  #used: readonly UsedName[];
  #changed = false;

  constructor({ jobs, used }: JobState) {
    this.#jobs = new Map(jobs);
    this.#used = used;
  }

  get jobs(): ReadonlyMap<string, JobRecord> {
    return this.#jobs;
  }

  /** Whether there is something to save. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Adds a job, or replaces the one of its ARN. */
  put(job: JobRecord): void {
    this.#jobs.set(job.arn, job);
    this.#changed = true;
  }

  /** Takes a job out, and remembers its name for as long as its second has not passed. */
  delete({ arn, name, created }: JobRecord, now: number): void {
    this.#jobs.delete(arn);
    this.#used = [...this.#used.filter((used) => isOfNow(used, now)), { name, created }];
    this.#changed = true;
  }

  /** When a new job of a name is created: now, or in the first second that no other job of this name has. */
  creationTime(name: string, now: number): number {
    const taken = new Set(
      [...this.#jobs.values(), ...this.#used]
        .filter((other) => other.name === name)
        .map(({ created }) => secondOf(created)),
    );
    let second = secondOf(now);
    if (!taken.has(second)) return now;
    while (taken.has(second)) second++;
    return second * 1000;
  }

  /** The state that was made. */
  finish(): JobState {
    return { jobs: this.#jobs, used: this.#used };
  }
}

function isOfNow({ created }: UsedName, now: number): boolean {
  return secondOf(created) >= secondOf(now);
}

/** The state as a file holds it. */
export function formatState({ jobs, used }: JobState): string {
  return JSON.stringify({ version, jobs: [...jobs.values()], used });
}

/**
 * The mirror of {@link formatState}, for bytes that may be anything: UTF-8, version, every field with its length and
 * pattern, no ARN twice, no name twice in one second, no number twice.
 * @throws an Error that says what is wrong with them
 */
export function parseState(z: typeof Zod, bytes: Uint8Array): JobState {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const value: unknown = JSON.parse(text);
  const result = stateShape(z).safeParse(value);
  if (result.success) {
    const { jobs, used = [] } = result.data;
    return { jobs: new Map(jobs.map((job) => [job.arn, job])), used };
  }
  const [issue] = result.error.issues;
  const place = (issue?.path ?? []).map(String).join('.');
  throw new Error(shortText(`${place === '' ? 'the whole' : place}: ${issue?.message ?? 'not valid'}`));
}

const version = 1;

interface StoredState {
  readonly version: 1;
  readonly jobs: JobRecord[];
  readonly used?: UsedName[] | undefined;
}

function stateShape(z: typeof Zod): ZodType<StoredState> {
  const { arn, jobName, destination, tags } = createMembers(z);
  const time = z.number().min(0).max(8.64e15);
  const job: ZodType<JobRecord> = z
    .strictObject({
      arn,
      name: jobName,
      predictorArn: arn,
      destination,
      format: z.enum(['CSV', 'PARQUET']),
      created: time,
      order: z.int().min(1),
      status: z.enum(jobStatuses),
      message: z.string().transform(shortText).optional(),
      ended: time.optional(),
      tags,
    })
    .refine((found) => found.arn.endsWith(`/${found.name}`), 'the ARN and the name do not belong together')
    .refine((found) => isAtWork(found) || found.ended !== undefined, 'the time of its end is missing');
  const isUnique = (jobs: readonly JobRecord[], key: (job: JobRecord) => unknown): boolean =>
    new Set(jobs.map(key)).size === jobs.length;
  return z.strictObject({
    version: z.literal(version),
    jobs: z
      .array(job)
      .refine((jobs) => isUnique(jobs, ({ arn: each }) => each), 'an ARN stands twice')
      .refine(
        (jobs) => isUnique(jobs, ({ name, created }) => `${name} ${secondOf(created)}`),
        'a name stands twice in one second',
      )
      .refine((jobs) => isUnique(jobs, ({ order }) => order), 'a number of order stands twice'),
    used: z.array(z.strictObject({ name: jobName, created: time })).optional(),
  });
}
