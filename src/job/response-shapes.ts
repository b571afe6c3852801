import type { z as Zod, ZodType } from 'zod';
import { jobNameRule } from '../naming/job-name.ts';
import { jobStatuses, type OperationName } from './requests.ts';
import { createPredictorShapes } from './predictor-response-shapes.ts';
import { assertZod } from './shapes.ts';

/** The shapes of all responses. */
export type ResponseShapes = { readonly [Name in OperationName]: ZodType };

/** The responses as SDKs return them (times as Dates), for tests. Undocumented fields are refused. */
export function createResponseShapes(z: typeof Zod): ResponseShapes {
  assertZod('createResponseShapes', z);
  const S3Config = z.strictObject({ Path: z.string(), RoleArn: z.string(), KMSKeyArn: z.string().optional() });
  const listed = {
    PredictorBacktestExportJobArn: z.string().max(256),
    PredictorBacktestExportJobName: z.string().regex(jobNameRule.pattern).max(jobNameRule.most),
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
    ...createPredictorShapes(z),
  };
}
