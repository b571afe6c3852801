import { given } from '../given.ts';
import type { DescribedJob, Destination, JobStatus, ListedJob, Tag } from './requests.ts';

/** A job as the service keeps it, never changed but replaced. Plain data; times in milliseconds since 1970. */
export interface JobRecord {
  readonly arn: string;
  readonly name: string;
  readonly predictorArn: string;
  readonly destination: Destination;
  readonly format: 'CSV' | 'PARQUET';
  readonly created: number;
  /** What tells jobs of one millisecond apart. */
  readonly order: number;
  readonly status: JobStatus;
  readonly message?: string | undefined;
  /** When it ended; undefined while it is pending or at work. */
  readonly ended?: number | undefined;
  readonly tags: readonly Tag[];
}

/** What Describe answers; `now` is the time of a job that is at work. */
export function describeJob(job: JobRecord, now: number): DescribedJob {
  return {
    PredictorBacktestExportJobArn: job.arn,
    PredictorBacktestExportJobName: job.name,
    PredictorArn: job.predictorArn,
    Destination: job.destination,
    ...given({ Message: job.message }),
    Status: job.status,
    CreationTime: new Date(job.created),
    LastModificationTime: new Date(modified(job, now)),
    Format: job.format,
  };
}

/** What List answers of it. */
export function listJob(job: JobRecord, now: number): ListedJob {
  const { PredictorArn: _predictor, Format: _format, ...listed } = describeJob(job, now);
  return listed;
}

/** Whether the job waits or works. */
export function isAtWork({ status }: JobRecord): boolean {
  return status === 'CREATE_PENDING' || status === 'CREATE_IN_PROGRESS' || status === 'CREATE_STOPPING';
}

/** Whether the job is on its way out. */
export function isBeingDeleted({ status }: JobRecord): boolean {
  return status === 'DELETE_PENDING' || status === 'DELETE_IN_PROGRESS';
}

/** The second of a time, as file names tell it. */
export function secondOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** API documentation: pending the creation, at work now, otherwise the end. */
function modified(job: JobRecord, now: number): number {
  if (job.status === 'CREATE_PENDING') return job.created;
  return job.ended ?? now;
}
