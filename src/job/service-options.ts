import type { Storage } from '../storage/storage.ts';
import type { Predictors } from './predictors.ts';

/** Options of `createExportJobService`. */
export interface JobServiceOptions {
  /** Predictors by name; their ARN is `arn:aws:forecast:<region>:<account>:predictor/<name>`, of any region and account. */
  readonly predictors: Predictors;
  /** Opens the destination of a job, `s3://bucket/prefix`. @throws what keeps the job from writing there */
  readonly destination: (path: string, kmsKeyArn: string | undefined) => Storage;
  /** Where the jobs are kept, so that they survive the process; in memory by default. */
  readonly state?: Storage;
  /** Milliseconds since 1970; the system's by default. */
  readonly clock?: () => number;
  /** Of jobs whose predictor's ARN names no account; `123456789012` by default. */
  readonly account?: string;
  /** Of jobs whose predictor's ARN names no region; `us-west-2` by default. */
  readonly region?: string;
  readonly limits?: {
    /** Jobs that may exist; 1,000 by default, as in the service. */
    readonly jobs?: number;
    /** Jobs at work at once; 3 by default, as in the service. */
    readonly running?: number;
    /** Milliseconds before a failed saving is tried again, then longer and longer; 100 by default. */
    readonly retryDelay?: number;
  };
  /** Hears what went wrong with the state: jobs that cannot be saved, a damaged file that was set aside. */
  readonly onProblem?: (message: string) => void;
  /** Makes a stage of a job fail, by its name: for tests of what a client does then. The answer is the message. */
  readonly fail?: (jobName: string, stage: 'create' | 'delete') => string | undefined;
}
