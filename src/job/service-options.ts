import type { ZodType } from 'zod';
import { objectShape, type Zod } from '../options.ts';
import type { Storage } from '../storage/storage.ts';
import type { Predictors } from './predictors.ts';
import type { DescribedJob } from './requests.ts';

/** Options of `createExportJobService`. */
export interface JobServiceOptions {
  /**
   * Predictors by name; their ARN is `arn:aws:forecast:<region>:<account>:predictor/<name>`, any region, any account.
   */
  readonly predictors: Predictors;
  /** Opens the destination of a job, `s3://bucket/prefix`. @throws if the job cannot write there */
  readonly destination: (path: string, kmsKeyArn: string | undefined) => Storage;
  /** Where the jobs are stored, so that they survive the process; default in memory. */
  readonly state?: Storage;
  /** Returns milliseconds since 1970; default the system clock. */
  readonly clock?: () => number;
  /** Account of jobs whose predictor's ARN has none; default `123456789012`. */
  readonly account?: string;
  /** Region of jobs whose predictor's ARN has none; default `us-west-2`. */
  readonly region?: string;
  /** The name of the dataset group of all predictors, for clients that look for it; default none. */
  readonly datasetGroup?: string;
  readonly limits?: {
    /** Jobs that may exist; default 1,000, as in the service. */
    readonly jobs?: number;
    /** Jobs that may run at once; default 3, as in the service. */
    readonly running?: number;
    /** Milliseconds before a failed save is retried, growing with each retry; default 100. */
    readonly retryDelay?: number;
  };
  /** Called with problems of the state: jobs that cannot be saved, a damaged file that was set aside. */
  readonly onProblem?: (message: string) => void;
  /** Called with each status that a job gets, once that is saved; what it throws is ignored. */
  readonly onStatus?: (job: DescribedJob) => void;
  /** Makes a stage of a job fail, by the job's name, to test clients. Returns the message of the failure. */
  readonly fail?: (jobName: string, stage: 'create' | 'delete') => string | undefined;
}

/** The shape of {@link JobServiceOptions}. */
export const serviceOptionsShape = (z: Zod): ZodType<JobServiceOptions> =>
  objectShape<JobServiceOptions>(z, {
    predictors: z.record(z.string(), z.unknown()) as ZodType as ZodType<Predictors>,
    destination: z.function(),
    state: z.looseObject({}).optional() as ZodType as ZodType<Storage>,
    clock: z.function().optional(),
    account: z.string().optional(),
    region: z.string().optional(),
    datasetGroup: z.string().min(1).max(63).optional(),
    limits: objectShape<NonNullable<JobServiceOptions['limits']>>(z, {
      jobs: z.int().min(1).optional(),
      running: z.int().min(1).optional(),
      retryDelay: z.int().min(1).optional(),
    }).optional(),
    fail: z.function().optional(),
    onStatus: z.function().optional(),
    onProblem: z.function().optional(),
  });
