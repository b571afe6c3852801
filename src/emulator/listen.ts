import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BacktestExportError, isError } from '../errors.ts';
import { given } from '../given.ts';
import type { InjectedFaults, PendingFaults } from '../job/injected-faults.ts';
import type { OperationName } from '../job/requests.ts';
import { createExportJobService, type ExportJobService } from '../job/service.ts';
import { checkOptions } from '../options.ts';
import { delay } from '../delay.ts';
import { quoteText } from '../quote-text.ts';
import type { Storage } from '../storage/storage.ts';
import { Buckets } from './buckets.ts';
import { doorLimits } from './door/door-limits.ts';
import { createDoor } from './door/http-door.ts';
import { callInProcess } from './in-process.ts';
import { listenOptionsShape, type ListenOptions } from './listen-options.ts';
import { openPredictors } from './predictor-sources.ts';

/** The export job API of Amazon Forecast on this machine. */
export interface Emulator {
  /** `http://127.0.0.1:PORT`, the endpoint for clients. */
  readonly url: string;
  /** The port it listens on. */
  readonly port: number;
  /**
   * Calls an operation in this process and returns what a client would receive: plain JSON, times as seconds since 1970, numbers
   * that are not finite as their names. The same checks and the same injected failures apply.
   * @throws `WireException` with the name, status and message that the client would receive
   */
  call(operation: OperationName, request?: object): Promise<Readonly<Record<string, unknown>>>;
  /** What was written to `s3://bucket/prefix`, empty if nothing was. */
  storage(path: string): Storage;
  /** Makes jobs and requests fail or wait from now on. @throws `OPTION_INVALID` */
  inject(faults: InjectedFaults): void;
  /** What was injected and is still to happen. */
  readonly injected: PendingFaults;
  /** Removes what was injected, and stops and forgets every job. @throws `TIMED_OUT` after 10 seconds */
  reset(): Promise<void>;
  /** Resolves when no job is pending or running. */
  settled(): Promise<void>;
  /** Closes every connection and stops every job; resolves within `closeTime`, the same way each time. Never throws. */
  close(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts the export job API on a port of this machine, for AWS SDKs in this and other processes. Every predictor but those
 * of functions is opened first.
 * @throws `OPTION_INVALID` for wrong options and for a port that is in use; what opening the predictors throws; the signal's
 * reason
 */
export async function listen(options: ListenOptions): Promise<Emulator> {
  await checkOptions('listen', options, listenOptionsShape);
  const { signal, data, inject, clock = Date.now, host = '127.0.0.1', port = 0 } = options;
  const buckets = new Buckets(data);
  signal?.throwIfAborted();
  const predictors = await openPredictors(options.predictors, clock(), signal);
  const {
    state,
    account,
    region,
    datasetGroup,
    limits,
    keys,
    onProblem,
    onStatus,
    onRequest = () => undefined,
  } = options;
  const service = await createExportJobService({
    predictors,
    destination: (path, kmsKeyArn) => buckets.open(path, kmsKeyArn),
    ...given({ state, account, region, datasetGroup, limits, onProblem, onStatus, clock: options.clock }),
  });
  const hosts = { listening: host, more: options.allowHosts ?? [] };
  const door = createDoor(service, { ...given({ keys, region, onProblem }), hosts, onRequest });
  try {
    if (inject !== undefined) service.inject(inject);
    await startListening(door, host, port, signal);
  } catch (error) {
    await service.close();
    throw error;
  }
  return new Listening(service, door, buckets, options);
}

class Listening implements Emulator {
  readonly url: string;
  readonly port: number;
  readonly #service: ExportJobService;
  readonly #door: Server;
  readonly #buckets: Buckets;
  readonly #closeTime: number;
  #closed: Promise<void> | undefined;

  constructor(service: ExportJobService, door: Server, buckets: Buckets, { closeTime = 2000, signal }: ListenOptions) {
    const { address, port } = door.address() as AddressInfo;
    this.url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
    this.port = port;
    this.#service = service;
    this.#door = door;
    this.#buckets = buckets;
    this.#closeTime = closeTime;
    const close = (): void => void this.close();
    signal?.addEventListener('abort', close, { once: true });
    door.once('close', () => signal?.removeEventListener('abort', close));
    if (signal?.aborted === true) close();
  }

  call(operation: OperationName, request: object = {}): Promise<Readonly<Record<string, unknown>>> {
    return callInProcess(this.#service, operation, request, doorLimits);
  }

  storage(path: string): Storage {
    return this.#buckets.open(path, undefined);
  }

  inject(faults: InjectedFaults): void {
    this.#service.inject(faults);
  }

  get injected(): PendingFaults {
    return this.#service.injected;
  }

  reset(): Promise<void> {
    return this.#service.reset();
  }

  settled(): Promise<void> {
    return this.#service.settled();
  }

  close(): Promise<void> {
    this.#closed ??= this.#closeNow();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #closeNow(): Promise<void> {
    this.#door.close();
    this.#door.closeAllConnections();
    const stopped = new AbortController();
    const closed = this.#service.close().catch(() => undefined);
    await Promise.race([
      closed.finally(() => stopped.abort()),
      delay(this.#closeTime, stopped.signal).catch(() => undefined),
    ]);
  }
}

/** @throws `OPTION_INVALID` if that is not possible; the signal's reason */
async function startListening(
  door: Server,
  host: string,
  port: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const listening = once(door, 'listening', given({ signal }));
    door.listen(port, host);
    await listening;
  } catch (cause) {
    door.close();
    signal?.throwIfAborted();
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
    const problem =
      code === 'EADDRINUSE'
        ? `listen.port: expected a free port, found ${port}, which is in use at ${quoteText(host, '')}; 0 takes any that is free`
        : `listen.host: expected an address to listen on, found ${quoteText(host)}: ${quoteText(isError(cause) ? cause.message : String(cause), '')}`;
    throw new BacktestExportError('OPTION_INVALID', problem, { cause });
  }
}
