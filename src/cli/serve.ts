import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { quoteText } from '../errors.ts';
import { createExportJobService } from '../job/service.ts';
import type { Predictors } from '../job/predictors.ts';
import { createLocalStorage } from '../storage/local.ts';
import { S3Folder } from '../storage/s3/s3-folder.ts';
import { parseS3Location } from '../storage/s3/s3-location.ts';
import type { Storage } from '../storage/storage.ts';
import { exit, type CommandContext } from './context.ts';
import { usageError, type Flags } from './flags.ts';
import { createDoor } from './serve/http-door.ts';
import type { AccessKeys } from './serve/signature.ts';

/** `serve`: the export job API until Ctrl-C. */
export async function serveCommand(context: CommandContext): Promise<number> {
  const { flags, out, err, signal } = context;
  flags.arguments(0, 0);
  const keys = accessKeys(flags);
  const state = flags.text('state');
  const region = flags.text('region');
  const account = flags.text('account');
  const service = await createExportJobService({
    predictors: predictorOption(flags),
    destination: destinationOption(flags),
    ...(state === undefined ? {} : { state: createLocalStorage(state) }),
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
  });
  const door = createDoor(service, {
    ...(keys === undefined ? {} : { keys }),
    onRequest: ({ operation, status, exception = '', milliseconds }) => {
      const line = `${new Date().toISOString()} ${status} ${quoteText(operation, '')} ${exception} ${milliseconds.toFixed(1)} ms\n`;
      // a log that cannot be written is no reason to stop
      void err.write(line).catch(() => undefined);
    },
  });
  try {
    door.listen(flags.count('port', 0) ?? 8787, flags.text('host') ?? '127.0.0.1');
    await once(door, 'listening', { signal });
    const { address, port } = door.address() as AddressInfo;
    await out.write(`listening at http://${address.includes(':') ? `[${address}]` : address}:${port}\n`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    door.closeAllConnections();
    door.close();
    await service.close();
  }
  return exit.fine;
}

function predictorOption(flags: Flags): Predictors {
  const pieces = flags.list('predictor');
  if (pieces === undefined) throw usageError('--predictor: expected NAME=EXPORT, found none');
  return Object.fromEntries(
    pieces.map((piece) => {
      const [, name = '', place = ''] = /^([^=]+)=(.+)$/.exec(piece) ?? [];
      if (!/^[a-zA-Z][a-zA-Z0-9_]{0,62}$/.test(name)) {
        throw usageError(
          `--predictor: expected NAME=EXPORT with a name of letters, digits and _, found ${quoteText(piece)}`,
        );
      }
      return [name, place];
    }),
  );
}

/** `s3://bucket/prefix` below a folder of this machine, or in the buckets of an endpoint. */
function destinationOption(flags: Flags): (path: string, kmsKeyArn: string | undefined) => Storage {
  const endpoint = flags.text('s3-endpoint');
  const data = flags.text('data');
  if (endpoint !== undefined) {
    if (data !== undefined) throw usageError('--data and --s3-endpoint exclude each other');
    return (path, kmsKeyArn) => new S3Folder(path, { endpoint, ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) });
  }
  return (path) => {
    // refuses .. and empty pieces, so that nothing is written outside of the folder
    const { bucket, prefix } = parseS3Location(path);
    return createLocalStorage([data ?? 'forecast-data', bucket, ...(prefix === '' ? [] : prefix.split('/'))].join('/'));
  };
}

function accessKeys(flags: Flags): AccessKeys | undefined {
  const [accessKey, secretKey] = [flags.text('access-key'), flags.text('secret-key')];
  if (accessKey === undefined && secretKey === undefined) return undefined;
  if (accessKey === undefined || secretKey === undefined) throw usageError('--access-key and --secret-key go together');
  return { accessKey, secretKey };
}
