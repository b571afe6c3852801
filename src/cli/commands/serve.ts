import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { given } from '../../given.ts';
import { baseName } from '../../job/predictor-arn.ts';
import type { Predictors } from '../../job/predictors.ts';
import { createExportJobService } from '../../job/service.ts';
import { findJobNameProblem } from '../../naming/job-name.ts';
import { delay } from '../../parallel/delay.ts';
import { createLocalStorage } from '../../storage/local.ts';
import { S3Folder } from '../../storage/s3/s3-folder.ts';
import { quoteText } from '../../quote-text.ts';
import type { Storage } from '../../storage/storage.ts';
import { exit, type CommandContext } from './context.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { BucketFolder } from '../../emulator/bucket-folder.ts';
import { createDoor, type AnsweredRequest } from '../../emulator/door/http-door.ts';
import type { AccessKeys } from '../../emulator/door/signature.ts';

/** Milliseconds that running jobs have to stop; the next start takes care of those that have not. */
const longestStop = 800;

/** `serve`: the export job API until Ctrl-C. */
export async function serveCommand(context: CommandContext): Promise<number> {
  const { flags, out, err, signal } = context;
  flags.arguments(0, 0);
  const keys = accessKeys(flags);
  const state = flags.text('state');
  const region = flags.text('region');
  const hosts = { listening: flags.text('host') ?? '127.0.0.1', more: hostNames(flags) };
  const log = (text: string): void => {
    // a log that cannot be written must not stop the service
    void err.write(`${new Date().toISOString()} ${text}\n`).catch(() => undefined);
  };
  const service = await createExportJobService({
    predictors: predictorOption(flags),
    destination: destinationOption(flags),
    onProblem: log,
    ...given({
      state: state === undefined ? undefined : createLocalStorage(state),
      region,
      account: flags.text('account'),
    }),
  });
  const door = createDoor(service, {
    ...given({ keys, region }),
    hosts,
    onProblem: log,
    onRequest: (request) => log(formatRequest(request)),
  });
  try {
    const address = await listen(door, flags, hosts.listening, signal);
    await out.write(`listening at ${address}\n`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    door.closeAllConnections();
    door.close();
    const stopped = new AbortController();
    const closed = service.close().finally(() => stopped.abort());
    await Promise.race([closed, delay(longestStop, stopped.signal).catch(() => undefined)]);
  }
  return exit.fine;
}

/** One line of the log: `200 AmazonForecast.StopResource  1.2 ms`, with the exception and why. */
function formatRequest({ operation, status, exception = '', problem, milliseconds }: AnsweredRequest): string {
  const line = `${status} ${quoteText(operation, '')} ${exception} ${milliseconds.toFixed(1)} ms`;
  return problem === undefined ? line : `${line}: ${problem}`;
}

/** Listens, and returns where. @throws `OPTION_INVALID` if that is not possible */
async function listen(door: Server, flags: Flags, host: string, signal: AbortSignal): Promise<string> {
  const wanted = flags.count('port', 0) ?? 8787;
  if (wanted > 65_535) throw usageError(`--port: expected a number from 0 to 65535, found ${wanted}`);
  try {
    const listening = once(door, 'listening', { signal });
    door.listen(wanted, host);
    await listening;
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(`--host and --port: expected an address to listen on, found none: ${quoteText(reason, '')}`);
  }
  const { address, port } = door.address() as AddressInfo;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function predictorOption(flags: Flags): Predictors {
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
function destinationOption(flags: Flags): (path: string, kmsKeyArn: string | undefined) => Storage {
  const endpoint = flags.text('s3-endpoint');
  const data = flags.text('data');
  if (endpoint !== undefined) {
    if (data !== undefined) throw usageError('--data and --s3-endpoint exclude each other');
    return (path, kmsKeyArn) => new S3Folder(path, given({ endpoint, kmsKeyArn }));
  }
  return (path) => new BucketFolder(data ?? 'forecast-data', path);
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
