import type { ZodType } from 'zod';
import { delay as wait } from '../delay.ts';
import type { DescribePredictorBacktestExportJobResponse, ForecastClient } from '@aws-sdk/client-forecast';
import { readMember } from '../describe-value.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { loadPackage } from '../load-package.ts';
import type { BacktestExport, OpenOptions } from '../export/find/backtest-export.ts';
import { openExport, openFields } from '../export/open-export.ts';
import { assertKind, checkOptions, describeValue, objectShape, type Zod } from '../options.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';

/** The service's description of a job. */
export type ExportJob = DescribePredictorBacktestExportJobResponse;

/** Options of {@link waitForExport}. */
export interface WaitOptions {
  /** The first and the longest wait between two requests, in milliseconds; each is 1.5 times the previous one. */
  readonly firstDelay?: number;
  readonly longestDelay?: number;
  readonly signal?: AbortSignal;
  /** Called with each response. */
  readonly onStatus?: (job: ExportJob) => void;
}

/**
 * Polls a job until it is ACTIVE, by default every 2 to 60 seconds with growing waits. `client` is a `ForecastClient`
 * of `@aws-sdk/client-forecast`.
 *
 * @throws `EXPORT_JOB_FAILED` with the service's Message if the job failed, was stopped or is being deleted; what the
 * client throws, `ResourceNotFoundException` included; the signal's reason
 */
export async function waitForExport(
  client: ForecastClient,
  jobArn: string,
  options: WaitOptions = {},
): Promise<ExportJob> {
  await checkOptions('waitForExport', options, waitOptionsShape);
  assertJob('waitForExport', client, jobArn);
  const { firstDelay = 2000, longestDelay = 60_000, signal } = options;
  for (let delay = firstDelay; ; delay = Math.min(longestDelay, delay * 1.5)) {
    signal?.throwIfAborted();
    const job = await describe(client, jobArn);
    options.onStatus?.(job);
    if (job.Status === 'ACTIVE') return job;
    if (!waiting.has(job.Status ?? '')) throw jobFailed(jobArn, job);
    await wait(delay, signal);
  }
}

const waiting = new Set(['CREATE_PENDING', 'CREATE_IN_PROGRESS']);

/** Options of {@link openExportJob}: those of `openExport`, and how to reach a destination outside S3. */
export interface OpenJobOptions extends Omit<OpenOptions, 'jobName'> {
  /** Opens `s3://bucket/prefix`; default the SDK's S3 client. */
  readonly storage?: (path: string) => Storage;
}

/**
 * Opens the export that a job has written: at its destination, by the job's name, the latest by default.
 * @throws `EXPORT_JOB_FAILED` unless the job is ACTIVE; what `openExport` throws
 */
export async function openExportJob(
  client: ForecastClient,
  jobArn: string,
  options: OpenJobOptions = {},
): Promise<BacktestExport> {
  await checkOptions('openExportJob', options, openJobOptionsShape);
  assertJob('openExportJob', client, jobArn);
  const { storage = (path: string): Storage => openStorage(path, opening), ...opening } = options;
  const job = await describe(client, jobArn);
  const path = job.Destination?.S3Config?.Path;
  if (job.Status !== 'ACTIVE' || path === undefined) throw jobFailed(jobArn, job);
  const jobName = job.PredictorBacktestExportJobName ?? '';
  return openExport(storage(path), { exportedAt: 'latest', ...opening, jobName });
}

const waitOptionsShape = (z: Zod): ZodType<WaitOptions> =>
  objectShape<WaitOptions>(z, {
    firstDelay: z.number().min(0).optional(),
    longestDelay: z.number().min(0).optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onStatus: z.function().optional(),
  });

const openJobOptionsShape = (z: Zod): ZodType<OpenJobOptions> => {
  const { jobName: _, ...shapes } = openFields(z);
  return objectShape<OpenJobOptions>(z, { ...shapes, storage: z.function().optional() });
};

function assertJob(what: string, client: unknown, jobArn: unknown): void {
  assertKind(`${what}: jobArn`, jobArn, 'text');
  if (typeof readMember(client, 'send') === 'function') return;
  const problem = `${what}: expected a ForecastClient of @aws-sdk/client-forecast, found ${describeValue(client)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

async function describe(client: ForecastClient, jobArn: string): Promise<ExportJob> {
  const { DescribePredictorBacktestExportJobCommand } = await loadPackage(
    '@aws-sdk/client-forecast',
    'waiting for a job',
    () => import('@aws-sdk/client-forecast'),
  );
  return client.send(new DescribePredictorBacktestExportJobCommand({ PredictorBacktestExportJobArn: jobArn }));
}

function jobFailed(jobArn: string, { Status, Message }: ExportJob): BacktestExportError {
  const reason = Message === undefined ? '' : `: ${quoteText(Message, '')}`;
  return new BacktestExportError('EXPORT_JOB_FAILED', `the export job ${quoteText(jobArn)} is ${Status}${reason}`);
}
