import { ForecastClient } from '@aws-sdk/client-forecast';
import { onTestFinished } from 'vitest';
import { listen, type Emulator, type ListenOptions } from '#src/emulator/index.js';

export const bikeArn = 'arn:aws:forecast:us-west-2:123456789012:predictor/bike';
export const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };

/** The ARN of a job of `bike`. */
export const jobArn = (name: string): string =>
  `arn:aws:forecast:us-west-2:123456789012:predictor-backtest-export-job/bike/${name}`;

/** The request that creates a job of `bike`. */
export const creation = (name: string, more: object = {}): object => ({
  PredictorBacktestExportJobName: name,
  PredictorArn: bikeArn,
  Destination: { S3Config: { Path: `s3://bucket/${name}`, RoleArn: 'arn:aws:iam::123456789012:role/forecast' } },
  ...more,
});

/** An emulator with the predictor `bike`, and a client of the AWS SDK for it; both end with the test. */
export async function start(
  options: Partial<ListenOptions> = {},
  maxAttempts = 1,
): Promise<{ emulator: Emulator; client: ForecastClient }> {
  const bike = { generate: { items: 3, windows: 2, horizon: 4, frequency: 'D' } };
  const emulator = await listen({ predictors: { bike }, ...options });
  const client = new ForecastClient({ endpoint: emulator.url, region: 'us-west-2', credentials, maxAttempts });
  onTestFinished(async () => {
    client.destroy();
    await emulator.close();
  });
  return { emulator, client };
}

/** Status and message of a job, as Describe tells them. */
export async function described(emulator: Emulator, name: string): Promise<unknown[]> {
  const { Status, Message } = await emulator.call('DescribePredictorBacktestExportJob', {
    PredictorBacktestExportJobArn: jobArn(name),
  });
  return Message === undefined ? [Status] : [Status, Message];
}

/** Asks until a job has this status, for four seconds at most. */
export async function until(emulator: Emulator, name: string, status: string): Promise<void> {
  for (const started = performance.now(); ;) {
    const [found] = await described(emulator, name);
    if (found === status) return;
    if (performance.now() - started > 4000) throw new Error(`${name}: expected ${status}, found ${String(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
