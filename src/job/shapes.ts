import type { z as Zod, ZodType } from 'zod';
import { describeValue, readMember } from '../describe-value.ts';
import { BacktestExportError } from '../errors.ts';
import { jobNameRule } from '../naming/job-name.ts';
import { ForecastException } from './exceptions.ts';
import type { Destination, OperationName, Requests, Tag } from './requests.ts';
import { messageOf } from './short-text.ts';
import { listShape, textShape } from './text-shape.ts';

/** The shapes of all requests. */
export type Shapes = { readonly [Name in OperationName]: ZodType<Requests[Name]> };

/** The parts that requests and stored jobs share. */
export interface Members {
  readonly arn: ZodType<string>;
  readonly jobName: ZodType<string>;
  readonly destination: ZodType<Destination>;
  readonly tagKey: ZodType<string>;
  readonly tags: ZodType<Tag[]>;
}

/** Tags in one request; one resource may have at most 50. */
const mostTags = 200;

/** The documentation gives no limit. With two keys, two conditions and nine statuses, more would be useless. */
const mostFilters = 50;

/** Characters of an ARN. */
export const longestArn = 256;

/**
 * The fields of requests, with every constraint of the API documentation. No text may contain control characters,
 * bidirectional controls or lone surrogates, because it becomes part of file names or messages.
 */
export function createMembers(z: typeof Zod): Members {
  const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  const tagKey = textShape(z, { least: 1, most: 128, pattern: tagText });
  const tag = z.object({ Key: tagKey, Value: textShape(z, { most: 256, pattern: tagText }) });
  return {
    arn: textShape(z, { most: longestArn, pattern: /^arn:[a-z\d-]+:forecast:[^:]*:[^:]*:.+$/su }),
    jobName: textShape(z, jobNameRule),
    destination: z.object({
      S3Config: z.object({
        Path: textShape(z, { least: 7, most: 4096, pattern: /^s3:\/\/[a-z0-9].+$/su }),
        RoleArn: textShape(z, { most: longestArn }),
        KMSKeyArn: textShape(z, { most: longestArn, pattern: /^arn:aws[a-z-]*:kms:[^/]*:key\/.*$/su }).optional(),
      }),
    }),
    tagKey,
    tags: listShape(z, tag, mostTags)
      .refine((list) => new Set(list.map(({ Key }) => Key)).size === list.length, 'tag keys must be unique')
      .refine((list) => !list.some(({ Key }) => /^aws:/i.test(Key)), 'a tag key may not begin with aws:'),
  };
}

/**
 * The requests of the operations around `CreatePredictorBacktestExportJob`. The published model types `RoleArn` and a
 * filter's `Value` as forecast ARNs; real requests send other values, so that is not checked. KMS keys of every
 * partition are accepted.
 */
export function createShapes(z: typeof Zod): Shapes {
  assertZod('createShapes', z);
  const { arn, jobName, destination, tagKey, tags } = createMembers(z);
  const condition = { Condition: z.enum(['IS', 'IS_NOT']), Value: textShape(z, { least: 1, most: longestArn }) };
  const filter = z.object({ Key: z.enum(['PredictorArn', 'Status']), ...condition });
  const predictorFilter = z.object({ Key: z.enum(['DatasetGroupArn', 'Status']), ...condition });
  const page = {
    MaxResults: z.int().min(1).max(100).optional(),
    NextToken: textShape(z, { least: 1, most: 3000 }).optional(),
  };
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
      Filters: listShape(z, filter, mostFilters).optional(),
      ...page,
    }),
    DeletePredictorBacktestExportJob: z.object({ PredictorBacktestExportJobArn: arn }),
    StopResource: z.object({ ResourceArn: arn }),
    TagResource: z.object({ ResourceArn: arn, Tags: tags }),
    UntagResource: z.object({ ResourceArn: arn, TagKeys: listShape(z, tagKey, mostTags) }),
    ListTagsForResource: z.object({ ResourceArn: arn }),
    GetAccuracyMetrics: z.object({ PredictorArn: arn }),
    ListPredictors: z.object({ Filters: listShape(z, predictorFilter, mostFilters).optional(), ...page }),
    DescribePredictor: z.object({ PredictorArn: arn }),
    DescribeAutoPredictor: z.object({ PredictorArn: arn }),
    CreatePredictor: z.object({ PredictorName: jobName }),
    CreateAutoPredictor: z.object({ PredictorName: jobName }),
    DescribeDatasetGroup: z.object({ DatasetGroupArn: arn }),
  };
}

/** The most problems that a message lists. */
const mostListed = 10;

/**
 * Checks a request.
 * @throws `InvalidInputException`, listing the first invalid fields and the number of the others
 */
export function checkRequest<Name extends OperationName>(shapes: Shapes, name: Name, request: unknown): Requests[Name] {
  if (!Object.hasOwn(shapes, name)) {
    throw new ForecastException('InvalidInputException', `There is no operation ${describeValue(name)}`);
  }
  const result = parse(shapes[name], request);
  if ('data' in result) return result.data;
  const { issues } = result;
  const listed = issues
    .slice(0, mostListed)
    .map(({ path, message }) => `'${path.map(String).join('.')}': ${message}`)
    .join('; ');
  const count = `${issues.length} validation ${issues.length === 1 ? 'error' : 'errors'} detected`;
  const more = issues.length > mostListed ? `; and ${issues.length - mostListed} more` : '';
  throw new ForecastException('InvalidInputException', `${count}: ${listed}${more}`);
}

type Parsed<Request> = { readonly data: Request } | { readonly issues: readonly Issue[] };
type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

/** A getter or a proxy in a request can throw anything, also when zod says what is wrong. */
function parse<Request>(shape: ZodType<Request>, request: unknown): Parsed<Request> {
  try {
    const result = shape.safeParse(request);
    return result.success ? { data: result.data } : { issues: result.error.issues };
  } catch (error) {
    throw new ForecastException('InvalidInputException', `The request cannot be read: ${messageOf(error)}`);
  }
}

/** @throws `OPTION_INVALID` for what is not the `z` of zod */
export function assertZod(what: string, z: unknown): void {
  if (typeof readMember(z, 'strictObject') === 'function') return;
  throw new BacktestExportError('OPTION_INVALID', `${what}: expected the z of zod, found ${describeValue(z)}`);
}
