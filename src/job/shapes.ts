import type { z as Zod, ZodType } from 'zod';
import { ForecastException } from './exceptions.ts';

/** The statuses of a job (API documentation). */
export const jobStatuses = [
  'CREATE_PENDING',
  'CREATE_IN_PROGRESS',
  'ACTIVE',
  'CREATE_FAILED',
  'CREATE_STOPPING',
  'CREATE_STOPPED',
  'DELETE_PENDING',
  'DELETE_IN_PROGRESS',
  'DELETE_FAILED',
] as const;

/** One of {@link jobStatuses}. */
export type JobStatus = (typeof jobStatuses)[number];

/**
 * The requests of the operations around `CreatePredictorBacktestExportJob`, each constraint of the API documentation
 * included. `RoleArn` and a filter's `Value` are typed as a forecast ARN in the published model; real requests send other
 * things there, so that is not asked for; and KMS keys of every partition are taken.
 */
export function createShapes(z: typeof Zod): Shapes {
  const arn = z
    .string()
    .max(256)
    .regex(/^arn:([a-z\d-]+):forecast:.*:.*:.+$/);
  const jobName = z
    .string()
    .min(1)
    .max(63)
    .regex(/^[a-zA-Z][a-zA-Z0-9_]*$/);
  const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  const tagKey = z.string().min(1).max(128).regex(tagText);
  const tag = z.object({ Key: tagKey, Value: z.string().max(256).regex(tagText) });
  const tags = z
    .array(tag)
    .max(200)
    .refine((list) => new Set(list.map(({ Key }) => Key)).size === list.length, 'tag keys must be unique')
    .refine((list) => !list.some(({ Key }) => /^aws:/i.test(Key)), 'a tag key may not begin with aws:');
  const destination = z.object({
    S3Config: z.object({
      Path: z
        .string()
        .min(7)
        .max(4096)
        .regex(/^s3:\/\/[a-z0-9].+$/),
      RoleArn: z.string().max(256),
      KMSKeyArn: z
        .string()
        .max(256)
        .regex(/^arn:aws[a-z-]*:kms:.*:key\/.*$/)
        .optional(),
    }),
  });
  const filter = z.object({
    Key: z.enum(['PredictorArn', 'Status']),
    Condition: z.enum(['IS', 'IS_NOT']),
    Value: z.string().min(1).max(256),
  });
  return {
    CreatePredictorBacktestExportJob: z.object({
      PredictorBacktestExportJobName: jobName,
      PredictorArn: arn,
      Destination: destination,
      Format: z.enum(['CSV', 'PARQUET']).optional(),
      Tags: tags.optional(),
    }),
    DescribePredictorBacktestExportJob: z.object({ PredictorBacktestExportJobArn: arn }),
    ListPredictorBacktestExportJobs: z.object({
      Filters: z.array(filter).optional(),
      MaxResults: z.int().min(1).max(100).optional(),
      NextToken: z.string().min(1).max(3000).optional(),
    }),
    DeletePredictorBacktestExportJob: z.object({ PredictorBacktestExportJobArn: arn }),
    StopResource: z.object({ ResourceArn: arn }),
    TagResource: z.object({ ResourceArn: arn, Tags: tags }),
    UntagResource: z.object({ ResourceArn: arn, TagKeys: z.array(tagKey).max(200) }),
    ListTagsForResource: z.object({ ResourceArn: arn }),
    GetAccuracyMetrics: z.object({ PredictorArn: arn }),
  };
}

/**
 * The responses of the operations, as SDKs give them (times as Dates): for tests of what speaks to the service, and of the
 * service itself. Members that the documentation does not name are refused.
 */
export function createResponseShapes(z: typeof Zod): ResponseShapes {
  const S3Config = z.strictObject({ Path: z.string(), RoleArn: z.string(), KMSKeyArn: z.string().optional() });
  const listed = {
    PredictorBacktestExportJobArn: z.string().max(256),
    PredictorBacktestExportJobName: z.string().min(1).max(63),
    Destination: z.strictObject({ S3Config }),
    Message: z.string().optional(),
    Status: z.enum(jobStatuses),
    CreationTime: z.date(),
    LastModificationTime: z.date(),
  };
  const losses = z.array(z.strictObject({ Quantile: z.number(), LossValue: z.number() }));
  const errors = { WAPE: z.number(), RMSE: z.number(), MASE: z.number(), MAPE: z.number() };
  const metrics = z.strictObject({
    RMSE: z.number().optional(),
    WeightedQuantileLosses: losses.optional(),
    ErrorMetrics: z.array(z.strictObject({ ForecastType: z.string(), ...errors }).partial()).optional(),
    AverageWeightedQuantileLoss: z.number().optional(),
  });
  const testWindow = z.strictObject({
    TestWindowStart: z.date().optional(),
    TestWindowEnd: z.date().optional(),
    ItemCount: z.int().optional(),
    EvaluationType: z.enum(['SUMMARY', 'COMPUTED']),
    Metrics: metrics,
  });
  const result = z.strictObject({ AlgorithmArn: z.string().optional(), TestWindows: z.array(testWindow) });
  const nothing = z.strictObject({});
  return {
    CreatePredictorBacktestExportJob: z.strictObject({ PredictorBacktestExportJobArn: z.string().max(256) }),
    DescribePredictorBacktestExportJob: z.strictObject({
      ...listed,
      PredictorArn: z.string().max(256),
      Format: z.enum(['CSV', 'PARQUET']),
    }),
    ListPredictorBacktestExportJobs: z.strictObject({
      PredictorBacktestExportJobs: z.array(z.strictObject(listed)).max(100),
      NextToken: z.string().min(1).max(3000).optional(),
    }),
    DeletePredictorBacktestExportJob: nothing,
    StopResource: nothing,
    TagResource: nothing,
    UntagResource: nothing,
    ListTagsForResource: z.strictObject({ Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })) }),
    GetAccuracyMetrics: z.strictObject({
      PredictorEvaluationResults: z.array(result),
      IsAutoPredictor: z.boolean().optional(),
      OptimizationMetric: z.string().optional(),
    }),
  };
}

/** The shapes of all responses. */
export type ResponseShapes = { readonly [Name in OperationName]: ZodType };

/** The requests by operation. */
export interface Requests {
  readonly CreatePredictorBacktestExportJob: {
    readonly PredictorBacktestExportJobName: string;
    readonly PredictorArn: string;
    readonly Destination: Destination;
    readonly Format?: 'CSV' | 'PARQUET' | undefined;
    readonly Tags?: Tag[] | undefined;
  };
  readonly DescribePredictorBacktestExportJob: { readonly PredictorBacktestExportJobArn: string };
  readonly ListPredictorBacktestExportJobs: {
    readonly Filters?: Filter[] | undefined;
    readonly MaxResults?: number | undefined;
    readonly NextToken?: string | undefined;
  };
  readonly DeletePredictorBacktestExportJob: { readonly PredictorBacktestExportJobArn: string };
  readonly StopResource: { readonly ResourceArn: string };
  readonly TagResource: { readonly ResourceArn: string; readonly Tags: Tag[] };
  readonly UntagResource: { readonly ResourceArn: string; readonly TagKeys: string[] };
  readonly ListTagsForResource: { readonly ResourceArn: string };
  readonly GetAccuracyMetrics: { readonly PredictorArn: string };
}

/** The name of an operation. */
export type OperationName = keyof Requests;

/** A request, as it is once it has been checked. */
export type RequestOf<Name extends OperationName> = Requests[Name];

/** The shapes of all requests. */
export type Shapes = { readonly [Name in OperationName]: ZodType<Requests[Name]> };

/** Which jobs a list holds. */
export interface Filter {
  readonly Key: 'PredictorArn' | 'Status';
  readonly Condition: 'IS' | 'IS_NOT';
  readonly Value: string;
}

/** A tag of a resource. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Where a job writes. */
export interface Destination {
  readonly S3Config: {
    /** `s3://bucket/prefix`. */
    readonly Path: string;
    readonly RoleArn: string;
    readonly KMSKeyArn?: string | undefined;
  };
}

/** What Describe answers. Times are whole milliseconds as Dates; on the wire they are seconds since 1970. */
export interface DescribedJob {
  readonly PredictorBacktestExportJobArn: string;
  readonly PredictorBacktestExportJobName: string;
  readonly PredictorArn: string;
  readonly Destination: Destination;
  /** Why a job failed; absent otherwise. */
  readonly Message?: string;
  readonly Status: JobStatus;
  readonly CreationTime: Date;
  readonly LastModificationTime: Date;
  readonly Format: 'CSV' | 'PARQUET';
}

/** A job in a list: without predictor and format. */
export type ListedJob = Omit<DescribedJob, 'PredictorArn' | 'Format'>;

/**
 * Checks a request.
 * @throws `InvalidInputException`, with each member and its rule
 */
export function checkRequest<Name extends OperationName>(
  shapes: Shapes,
  name: Name,
  request: unknown,
): RequestOf<Name> {
  const result = shapes[name].safeParse(request);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `'${path.map(String).join('.')}': ${message}`);
  const count = `${problems.length} validation ${problems.length === 1 ? 'error' : 'errors'} detected`;
  throw new ForecastException('InvalidInputException', `${count}: ${problems.join('; ')}`);
}
