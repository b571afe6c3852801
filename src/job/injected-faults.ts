import { jobStatuses, type JobStatus, type OperationName } from './requests.ts';

/** What is made to happen to jobs and requests, to test clients. Plain data, the same in JSON. */
export interface InjectedFaults {
  /** What fails, in the order in which it is looked through; at most 1,000 that are not used up yet. */
  readonly fail?: InjectedFailure | readonly InjectedFailure[];
  /** How long jobs stay in their first two statuses; a number is meant for each of them. */
  readonly delay?: number | JobDelay;
  /** By the name of a job, the status in which it stays or ends; at most 1,000 names. */
  readonly statuses?: Readonly<Record<string, ForcedStatus>>;
}

/** A job or a request that fails. */
export type InjectedFailure = JobFailure | RequestFailure;

/** Makes a job end as CREATE_FAILED; nothing of it is written. */
export interface JobFailure {
  /** The name of a job, or `*` for any. */
  readonly job: string;
  /** `Message` of the job, at most 1,000 characters; default `The job failed`. */
  readonly message?: string;
  /** How many jobs fail, one after another; default 1. */
  readonly times?: number | 'always';
}

/** Makes a request fail before it is looked at; nothing changes. */
export interface RequestFailure {
  /** The name of an operation, or `*` for any. */
  readonly operation: OperationName | '*';
  /** `LimitExceeded`, `Throttling`, `InternalServer` …; the usual ending `Exception` may be left out. */
  readonly exception?: string;
  /** The HTTP status, 400 to 599; the usual one of the exception by default, 500 if neither is given. */
  readonly status?: number;
  /** At most 1,000 characters. */
  readonly message?: string;
  /** How many requests fail, one after another; default 1. */
  readonly times?: number | 'always';
}

/** Milliseconds that jobs stay in a status before they go on; at most an hour each, default 0. */
export interface JobDelay {
  /** In CREATE_PENDING. */
  readonly pending?: number;
  /** In CREATE_IN_PROGRESS, before anything is written. */
  readonly inProgress?: number;
}

/**
 * The statuses that can be forced. In those that end with PENDING, IN_PROGRESS or STOPPING a job stays until it is stopped or
 * the status is released; in the others it ends when it gets there, without a file. ACTIVE cannot be forced: it means that the
 * export is complete.
 */
export const forcedStatuses: readonly ForcedStatus[] = jobStatuses.filter((status) => status !== 'ACTIVE');

/** One of {@link forcedStatuses}. */
export type ForcedStatus = Exclude<JobStatus, 'ACTIVE'>;

/** The faults that are still to happen, with every default filled in. */
export interface PendingFaults {
  readonly fail: readonly InjectedFailure[];
  readonly delay: Required<JobDelay>;
  readonly statuses: Readonly<Record<string, ForcedStatus>>;
}
