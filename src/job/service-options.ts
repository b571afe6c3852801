import type { Storage } from '../storage/storage.ts';
import type { Predictors } from './predictors.ts';

/** Options of `createExportJobService`. */
export interface JobServiceOptions {
  /** Predictors by name; their ARN is `arn:aws:forecast:<region>:<account>:predictor/<name>`. */
  readonly predictors: Predictors;
  /** Opens the destination of a job, `s3://bucket/prefix`. @throws what keeps the job from writing there */
  readonly destination: (path: string, kmsKeyArn: string | undefined) => Storage;
  /** Where the jobs are kept, so that they survive the process; in memory by default. */
  readonly state?: Storage;
  /** Milliseconds since 1970; the system's by default. */
  readonly clock?: () => number;
  /** `123456789012` by default. */
  readonly account?: string;
  /** `us-west-2` by default. */
  readonly region?: string;
  /** Quotas; those of the service by default: 1,000 jobs, 3 at work at once. */
  readonly limits?: { readonly jobs?: number; readonly running?: number };
  /** Makes a stage of a job fail, by its name: for tests of what a client does then. The answer is the message. */
  readonly fail?: (jobName: string, stage: 'create' | 'delete') => string | undefined;
}
