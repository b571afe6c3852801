import type { z as Zod, ZodType } from 'zod';
import { secondOf } from '../naming/export-identity.ts';
import { isAtWork, type JobRecord } from './job-record.ts';
import { jobStatuses, type Tag } from './requests.ts';
import { createMembers } from './shapes.ts';
import { shortText } from './short-text.ts';

/** The name of a deleted job that was created a moment ago. */
export interface UsedName {
  readonly name: string;
  /** When that job was created. */
  readonly created: number;
}

/** Everything that the service stores. */
export interface JobState {
  /** By ARN. */
  readonly jobs: ReadonlyMap<string, JobRecord>;
  /** Keeps a new job from getting a deleted one's file names, which contain name and second but no predictor. */
  readonly used: readonly UsedName[];
  /** The tags of what is no job, by its kind and name. */
  readonly tags?: ReadonlyMap<string, readonly Tag[]>;
}

/** The next state being built. A function that changes it must throw before its first change or not at all. */
export class JobDraft {
  readonly #jobs: Map<string, JobRecord>;
  readonly #tags: Map<string, readonly Tag[]>;
  #used: readonly UsedName[];
  /** Whether there is something to save. */
  changed = false;
  readonly #told = new Map<string, JobRecord>();

  constructor({ jobs, used, tags = new Map() }: JobState) {
    this.#jobs = new Map(jobs);
    this.#tags = new Map(tags);
    this.#used = used;
  }

  get jobs(): ReadonlyMap<string, JobRecord> {
    return this.#jobs;
  }

  /** As in the state. */
  get tags(): ReadonlyMap<string, readonly Tag[]> {
    return this.#tags;
  }

  /** Replaces the tags of what is no job. */
  putTags(key: string, tags: readonly Tag[]): void {
    if (tags.length === 0) this.#tags.delete(key);
    else this.#tags.set(key, tags);
    this.changed = true;
  }

  /** The jobs with another status than before, as they are now. */
  get newStatuses(): readonly JobRecord[] {
    return [...this.#told.values()];
  }

  /** Adds a job, or replaces the one with its ARN. */
  put(job: JobRecord): void {
    if (this.#jobs.get(job.arn)?.status !== job.status) this.#told.set(job.arn, job);
    this.#jobs.set(job.arn, job);
    this.changed = true;
  }

  /** Removes a job, and remembers its name until its second has passed. */
  delete({ arn, name, created }: JobRecord, now: number): void {
    this.#jobs.delete(arn);
    this.#told.delete(arn);
    this.#used = [...this.#used.filter((used) => isOfNow(used, now)), { name, created }];
    this.changed = true;
  }

  /** The creation time of a new job: now, or the first second that no other job of this name has. */
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

  /** The resulting state. */
  finish(): JobState {
    return { jobs: this.#jobs, used: this.#used, tags: this.#tags };
  }
}

function isOfNow({ created }: UsedName, now: number): boolean {
  return secondOf(created) >= secondOf(now);
}

/** The text of a state file. */
export function formatState({ jobs, used, tags = new Map() }: JobState): string {
  const resources = [...tags].map(([resource, list]) => ({ resource, tags: list }));
  return JSON.stringify({ version, jobs: [...jobs.values()], used, ...(tags.size === 0 ? {} : { resources }) });
}

/**
 * The inverse of {@link formatState}, for untrusted bytes. Checks UTF-8, version, the length and pattern of every
 * field, and that ARNs, names within a second and order numbers are unique.
 * @throws an Error that says what is wrong
 */
export function parseState(z: typeof Zod, bytes: Uint8Array): JobState {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const value: unknown = JSON.parse(text);
  const result = stateShape(z).safeParse(value);
  if (result.success) {
    const { jobs, used = [], resources = [] } = result.data;
    const tags = new Map(resources.map(({ resource, tags: list }) => [resource, list]));
    return { jobs: new Map(jobs.map((job) => [job.arn, job])), used, tags };
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
  readonly resources?: { readonly resource: string; readonly tags: Tag[] }[] | undefined;
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
    .refine((found) => found.arn.endsWith(`/${found.name}`), 'the ARN does not match the name')
    .refine((found) => isAtWork(found) || found.ended !== undefined, 'the end time is missing');
  const isUnique = (jobs: readonly JobRecord[], key: (job: JobRecord) => unknown): boolean =>
    new Set(jobs.map(key)).size === jobs.length;
  return z.strictObject({
    version: z.literal(version),
    jobs: z
      .array(job)
      .refine((jobs) => isUnique(jobs, ({ arn: each }) => each), 'duplicate ARN')
      .refine(
        (jobs) => isUnique(jobs, ({ name, created }) => `${name} ${secondOf(created)}`),
        'duplicate name in one second',
      )
      .refine((jobs) => isUnique(jobs, ({ order }) => order), 'duplicate order number'),
    used: z.array(z.strictObject({ name: jobName, created: time })).optional(),
    resources: z.array(z.strictObject({ resource: z.string().min(1).max(256), tags })).optional(),
  });
}
