import type { z as Zod, ZodType } from 'zod';
import { jobNameRule } from '../naming/job-name.ts';

/** The operations of predictors and dataset groups. */
type PredictorOperation =
  | 'ListPredictors'
  | 'DescribePredictor'
  | 'DescribeAutoPredictor'
  | 'CreatePredictor'
  | 'CreateAutoPredictor'
  | 'DescribeDatasetGroup';

/** The shapes of responses about predictors. */
export function createPredictorShapes(z: typeof Zod): { readonly [Name in PredictorOperation]: ZodType } {
  const predictor = {
    PredictorArn: z.string().max(256),
    PredictorName: z.string().regex(jobNameRule.pattern).max(jobNameRule.most),
    Status: z.enum(['ACTIVE', 'CREATE_FAILED']),
    Message: z.string().optional(),
    CreationTime: z.date(),
    LastModificationTime: z.date(),
  };
  const group = z.strictObject({ DatasetGroupArn: z.string() });
  const facts = { ForecastHorizon: z.int().min(1).optional(), ForecastTypes: z.array(z.string()).optional() };
  const grid = { ForecastFrequency: z.string().optional(), ForecastDimensions: z.array(z.string()).min(1).optional() };
  const execution = z.strictObject({
    TestWindows: z.array(
      z.strictObject({ TestWindowStart: z.date(), TestWindowEnd: z.date(), Status: z.literal('ACTIVE') }),
    ),
  });
  return {
    ListPredictors: z.strictObject({
      Predictors: z
        .array(z.strictObject({ ...predictor, IsAutoPredictor: z.boolean(), DatasetGroupArn: z.string().optional() }))
        .max(100),
      NextToken: z.string().min(1).max(3000).optional(),
    }),
    DescribePredictor: z.strictObject({
      ...predictor,
      ...facts,
      IsAutoPredictor: z.boolean(),
      InputDataConfig: group.optional(),
      EvaluationParameters: z
        .strictObject({ NumberOfBacktestWindows: z.int(), BackTestWindowOffset: z.int().optional() })
        .optional(),
      FeaturizationConfig: z.strictObject(grid).optional(),
      PredictorExecutionDetails: z.strictObject({ PredictorExecutions: z.array(execution) }).optional(),
    }),
    DescribeAutoPredictor: z.strictObject({ ...predictor, ...facts, ...grid, DataConfig: group.optional() }),
    CreatePredictor: z.strictObject({ PredictorArn: z.string() }),
    CreateAutoPredictor: z.strictObject({ PredictorArn: z.string() }),
    DescribeDatasetGroup: z.strictObject({
      DatasetGroupName: z.string(),
      DatasetGroupArn: z.string(),
      DatasetArns: z.array(z.string()),
      Status: z.literal('ACTIVE'),
      CreationTime: z.date(),
      LastModificationTime: z.date(),
    }),
  };
}
