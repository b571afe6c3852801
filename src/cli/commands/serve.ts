import { once } from 'node:events';
import { listen, type AccessKeys, type AnsweredRequest, type ListenOptions } from '../../emulator/index.ts';
import { given } from '../../given.ts';
import { baseName } from '../../job/predictor-arn.ts';
import type { DescribedJob, JobStatus } from '../../job/requests.ts';
import { findJobNameProblem } from '../../naming/job-name.ts';
import { quoteText } from '../../quote-text.ts';
import { createLocalStorage } from '../../storage/local.ts';
import { S3Folder } from '../../storage/s3/s3-folder.ts';
import { faultOptions } from '../arguments/fault-options.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { s3Setting } from '../arguments/s3-options.ts';
import { exit, type CommandContext } from './context.ts';

/** Milliseconds that running jobs have to stop; the next start takes care of those that have not. */
const longestStop = 800;

/** `serve`: the export job API until Ctrl-C. */
export async function serveCommand(context: CommandContext): Promise<number> {
  const { flags, out, err, signal } = context;
  flags.arguments(0, 0);
  const log = (text: string): void => {
    // a log that cannot be written must not stop the service
    void err.write(`${new Date().toISOString()} ${text}\n`).catch(() => undefined);
  };
  const state = flags.text('state');
  const emulator = await listen({
    ...given({
      keys: accessKeys(flags),
      region: flags.text('region'),
      account: flags.text('account'),
      datasetGroup: flags.text('dataset-group'),
      host: flags.text('host'),
      state: state === undefined ? undefined : createLocalStorage(state),
    }),
    predictors: predictorOption(flags),
    data: destinationOption(flags),
    port: portOption(flags),
    allowHosts: hostNames(flags),
    inject: faultOptions(flags),
    closeTime: longestStop,
    signal,
    onProblem: log,
    onRequest: (request) => log(formatRequest(request)),
    onStatus: (job) => {
      if (endings.has(job.Status)) log(formatJob(job));
    },
  });
  try {
    await out.write(`listening at ${emulator.url}\n`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await emulator.close();
  }
  return exit.fine;
}

/** One line of the log: `200 AmazonForecast.StopResource  1.2 ms`, with the exception and why. */
function formatRequest({ operation, status, exception = '', problem, milliseconds }: AnsweredRequest): string {
  const line = `${status} ${quoteText(operation, '')} ${exception} ${milliseconds.toFixed(1)} ms`;
  return problem === undefined ? line : `${line}: ${problem}`;
}

/** The statuses that are logged. */
const endings: ReadonlySet<JobStatus> = new Set<JobStatus>([
  'ACTIVE',
  'CREATE_FAILED',
  'CREATE_STOPPED',
  'DELETE_FAILED',
]);

/** One line for the end of a job: `job bike/nightly CREATE_FAILED: no space left`. */
function formatJob({ PredictorBacktestExportJobArn: arn, Status, Message }: DescribedJob): string {
  const line = `job ${quoteText(arn.slice(arn.indexOf('/') + 1), '')} ${Status}`;
  return Message === undefined ? line : `${line}: ${quoteText(Message, '')}`;
}

function portOption(flags: Flags): number {
  const wanted = flags.count('port', 0) ?? 8787;
  if (wanted > 65_535) throw usageError(`--port: expected a number from 0 to 65535, found ${wanted}`);
  return wanted;
}

function predictorOption(flags: Flags): Readonly<Record<string, string>> {
  const pieces = flags.list('predictor');
  if (pieces === undefined) throw usageError('--predictor: expected NAME=EXPORT, found none');
  const predictors = new Map<string, string>();
  for (const piece of pieces) {
    const [, name = '', place = ''] = /^([^=]+)=(.+)$/.exec(piece) ?? [];
    if (findJobNameProblem(baseName(name)) !== undefined) {
      throw usageError(
        `--predictor: expected NAME=EXPORT with a name of letters, digits and _, found ${quoteText(piece)}`,
      );
    }
    if (predictors.has(name)) throw usageError(`--predictor: expected each name once, found ${name} twice`);
    predictors.set(name, place);
  }
  return Object.fromEntries(predictors);
}

/** `s3://bucket/prefix` below a folder of this machine, or in the buckets of an endpoint. */
function destinationOption(flags: Flags): NonNullable<ListenOptions['data']> {
  const endpoint = s3Setting(flags, 'endpoint', 's3-endpoint');
  const data = flags.text('data');
  if (endpoint !== undefined) {
    if (data !== undefined) throw usageError('--data and --s3-endpoint exclude each other');
    return (path, kmsKeyArn) => new S3Folder(path, given({ endpoint, kmsKeyArn }));
  }
  return data ?? 'forecast-data';
}

function hostNames(flags: Flags): string[] {
  const names = (flags.list('allow-host') ?? []).map((name) => name.toLowerCase());
  const wrong = names.find((name) => !/^[a-z\d_.:-]{1,253}$/.test(name));
  if (wrong === undefined) return names;
  throw usageError(`--allow-host: expected names of hosts without ports, found ${quoteText(wrong)}`);
}

function accessKeys(flags: Flags): AccessKeys | undefined {
  const [accessKey, secretKey] = [flags.text('access-key'), flags.text('secret-key')];
  if (accessKey === undefined && secretKey === undefined) return undefined;
  if (accessKey === undefined || secretKey === undefined) throw usageError('--access-key and --secret-key go together');
  return { accessKey, secretKey };
}
