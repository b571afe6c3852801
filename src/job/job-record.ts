import { given } from '../given.ts';
import type { DescribedJob, Destination, JobStatus, ListedJob, Tag } from './requests.ts';

/** A job as the service stores it; immutable, plain data. Times are milliseconds since 1970. */
export interface JobRecord {
  readonly arn: string;
  readonly name: string;
  readonly predictorArn: string;
  readonly destination: Destination;
  readonly format: 'CSV' | 'PARQUET';
  readonly created: number;
  /** Rises with each job; distinguishes jobs of the same millisecond. */
  readonly order: number;
  readonly status: JobStatus;
  readonly message?: string | undefined;
  /** When it ended; undefined while it is pending or running. */
  readonly ended?: number | undefined;
  readonly tags: readonly Tag[];
}

/** The response of Describe; `now` is the modification time of a running job. */
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

/** The job as in a response of List. */
export function listJob(job: JobRecord, now: number): ListedJob {
  const { PredictorArn: _predictor, Format: _format, ...listed } = describeJob(job, now);
  return listed;
}

/** Whether the job is pending, running or stopping. */
export function isAtWork({ status }: JobRecord): boolean {
  return status === 'CREATE_PENDING' || status === 'CREATE_IN_PROGRESS' || status === 'CREATE_STOPPING';
}

/** Whether the job is being deleted. */
export function isBeingDeleted({ status }: JobRecord): boolean {
  return status === 'DELETE_PENDING' || status === 'DELETE_IN_PROGRESS';
}

/** API documentation: the creation while pending, the present while running, otherwise the end. */
function modified(job: JobRecord, now: number): number {
  if (job.status === 'CREATE_PENDING') return job.created;
  return job.ended ?? now;
}
