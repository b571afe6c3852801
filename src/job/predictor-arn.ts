/** The pieces of an ARN such as `arn:aws:forecast:us-west-2:123456789012:predictor/bike`. */
export interface PredictorArn {
  readonly partition: string;
  /** `''` where the ARN leaves it open; so for the account. */
  readonly region: string;
  readonly account: string;
  /** As the ARN spells it, with the tail that AutoPredictors have. */
  readonly name: string;
}

/** Reads a predictor's ARN; undefined for the ARN of something else. */
export function parsePredictorArn(arn: string): PredictorArn | undefined {
  const match = /^arn:([^:]+):forecast:([^:]*):([^:]*):predictor\/(.+)$/.exec(arn);
  if (match === null) return undefined;
  const [, partition = '', region = '', account = '', name = ''] = match;
  return { partition, region, account, name };
}

/**
 * The name without the tail of an AutoPredictor, `_` and the 26 characters of a ULID: clients that work out a job's ARN
 * leave it away (`TAXI` of `TAXI_01G415VFPA7DRMEFTBWH4WM0M9`).
 */
export function baseName(name: string): string {
  return name.replace(/_[0-7][\dA-HJKMNP-TV-Z]{25}$/, '');
}

/** The ARN of a job of a predictor. Partition, region and account are the predictor's; the others stand in for what it leaves open. */
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

/** A job's ARN as this service spells it, whichever way the client spells the predictor's name in it. */
export function normalizeJobArn(arn: string): string {
  const match = /^(arn:[^:]+:forecast:[^:]*:[^:]*:predictor-backtest-export-job\/)([^/]+)(\/[^/]+)$/.exec(arn);
  if (match === null) return arn;
  const [, start = '', name = '', end = ''] = match;
  return start + baseName(name) + end;
}
