/** The pieces of an ARN such as `arn:aws:forecast:us-west-2:123456789012:predictor/bike`. */
export interface PredictorArn {
  readonly partition: string;
  /** `''` if the ARN omits it, as for the account. */
  readonly region: string;
  readonly account: string;
  /** As in the ARN, including the suffix of an AutoPredictor. */
  readonly name: string;
}

/** Parses a predictor's ARN; undefined for any other ARN. */
export function parsePredictorArn(arn: string): PredictorArn | undefined {
  const match = /^arn:([^:]+):forecast:([^:]*):([^:]*):predictor\/(.+)$/.exec(arn);
  if (match === null) return undefined;
  const [, partition = '', region = '', account = '', name = ''] = match;
  return { partition, region, account, name };
}

/**
 * The name without the suffix of an AutoPredictor, `_` and the 26 characters of a ULID (`TAXI` for
 * `TAXI_01G415VFPA7DRMEFTBWH4WM0M9`): clients that construct a job's ARN omit it.
 */
export function baseName(name: string): string {
  return name.replace(/_[0-7][\dA-HJKMNP-TV-Z]{25}$/, '');
}

/** The ARN of a predictor's job, with the predictor's partition, region and account, or else the given ones. */
export function formatJobArn(
  predictor: PredictorArn,
  jobName: string,
  otherwise: { readonly region: string; readonly account: string },
): string {
  const region = predictor.region === '' ? otherwise.region : predictor.region;
  const account = predictor.account === '' ? otherwise.account : predictor.account;
  const start = `arn:${predictor.partition}:forecast:${region}:${account}`;
  return `${start}:predictor-backtest-export-job/${baseName(predictor.name)}/${jobName}`;
}

/** A job's ARN in this service's form, with or without the predictor's suffix in the client's form. */
export function normalizeJobArn(arn: string): string {
  const match = /^(arn:[^:]+:forecast:[^:]*:[^:]*:predictor-backtest-export-job\/)([^/]+)(\/[^/]+)$/.exec(arn);
  if (match === null) return arn;
  const [, start = '', name = '', end = ''] = match;
  return start + baseName(name) + end;
}
