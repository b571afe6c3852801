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

/** The operations that are answered. */
export const operationNames = [
  'CreatePredictorBacktestExportJob',
  'DescribePredictorBacktestExportJob',
  'ListPredictorBacktestExportJobs',
  'DeletePredictorBacktestExportJob',
  'StopResource',
  'TagResource',
  'UntagResource',
  'ListTagsForResource',
  'GetAccuracyMetrics',
  'ListPredictors',
  'DescribePredictor',
  'DescribeAutoPredictor',
  'CreatePredictor',
  'CreateAutoPredictor',
  'DescribeDatasetGroup',
] as const;

/** One of {@link operationNames}. */
export type OperationName = (typeof operationNames)[number];

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
  readonly ListPredictors: {
    readonly Filters?: PredictorFilter[] | undefined;
    readonly MaxResults?: number | undefined;
    readonly NextToken?: string | undefined;
  };
  readonly DescribePredictor: { readonly PredictorArn: string };
  readonly DescribeAutoPredictor: { readonly PredictorArn: string };
  readonly CreatePredictor: { readonly PredictorName: string };
  readonly CreateAutoPredictor: { readonly PredictorName: string };
  readonly DescribeDatasetGroup: { readonly DatasetGroupArn: string };
}

/** Which jobs to list. */
export interface Filter {
  readonly Key: 'PredictorArn' | 'Status';
  readonly Condition: 'IS' | 'IS_NOT';
  readonly Value: string;
}

/** Which predictors to list. */
export interface PredictorFilter {
  readonly Key: 'DatasetGroupArn' | 'Status';
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

/** The response of Describe. Times are Dates with whole milliseconds; on the wire they are seconds since 1970. */
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
