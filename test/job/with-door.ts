import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { ForecastClient } from '@aws-sdk/client-forecast';
import { onTestFinished } from 'vitest';
import { createDoor, type AnsweredRequest, type DoorOptions } from '#src/emulator/door/http-door.js';
import type { AccessKeys } from '#src/emulator/door/signature.js';
import { createExportJobService, type ExportJobService, type JobServiceOptions } from '#src/job/index.js';
import { createMemoryStorage, type MemoryStorage } from '#src/storage/memory.js';
import { generateExport } from '#src/testing/index.js';

/** A service with its HTTP door, and a client of the AWS SDK for it. */
export interface RunningService {
  readonly service: ExportJobService;
  readonly client: ForecastClient;
  readonly endpoint: string;
  /** What was written, by bucket path. */
  readonly written: Map<string, MemoryStorage>;
  readonly log: AnsweredRequest[];
  readonly door: Server;
}

export const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
export const bikeArn = 'arn:aws:forecast:us-west-2:123456789012:predictor/bike';

/** Starts it on a free loopback port, with a predictor `bike`; it ends with the test. */
export async function startService(
  options: Partial<JobServiceOptions> = {},
  keys?: AccessKeys,
  more: Partial<DoorOptions> = {},
): Promise<RunningService> {
  const bike = createMemoryStorage();
  await generateExport(bike, { items: 6, parts: 2, windows: 2, horizon: 4, frequency: 'D' });
  const written = new Map<string, MemoryStorage>();
  const service = await createExportJobService({
    predictors: { bike },
    destination: (path) => {
      const storage = written.get(path) ?? createMemoryStorage([], path);
      written.set(path, storage);
      return storage;
    },
    ...options,
  });
  const log: AnsweredRequest[] = [];
  const door = createDoor(service, {
    onRequest: (request) => log.push(request),
    ...(keys === undefined ? {} : { keys }),
    ...more,
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const endpoint = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  const client = new ForecastClient({ endpoint, region: 'us-west-2', credentials, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    door.closeAllConnections();
    door.close();
    await service.close();
  });
  return { service, client, endpoint, written, log, door };
}
