import type { ZodType } from 'zod';
import type { InjectedFaults } from '../job/injected-faults.ts';
import type { JobServiceOptions } from '../job/service-options.ts';
import { objectShape, type Zod } from '../options.ts';
import type { Storage } from '../storage/storage.ts';
import type { AnsweredRequest } from './door/http-door.ts';
import type { AccessKeys } from './door/signature.ts';
import type { EmulatorPredictor } from './predictor-sources.ts';

/** Options of `listen`. Those of `createExportJobService` that are not explained here mean the same. */
export interface ListenOptions extends Pick<
  JobServiceOptions,
  'state' | 'clock' | 'account' | 'region' | 'datasetGroup' | 'limits' | 'onProblem' | 'onStatus'
> {
  /** Predictors by name: a folder, `s3://…`, a storage, an open export, rows, or options of the generator. */
  readonly predictors: Readonly<Record<string, EmulatorPredictor>>;
  /** The port; 0, the default, takes any that is free. */
  readonly port?: number;
  /** The address to listen on; default `127.0.0.1`, which only this machine reaches. */
  readonly host?: string;
  /** Other names of hosts that clients may call it by, in small letters. */
  readonly allowHosts?: readonly string[];
  /**
   * Where `s3://bucket/prefix` is written: below a folder, as `FOLDER/bucket/prefix`, or to what a function opens. By default to
   * memory, where `storage` of the result finds it, each path apart.
   */
  readonly data?: string | JobServiceOptions['destination'];
  /** What is to fail or wait from the start; `inject` of the result adds to it. */
  readonly inject?: InjectedFaults;
  /** Requests must be signed with these; without them any signature is accepted, and none. */
  readonly keys?: AccessKeys;
  /** Milliseconds that `close` waits at most for jobs to stop; default 2,000. */
  readonly closeTime?: number;
  /** Called for each request that was answered. */
  readonly onRequest?: (request: AnsweredRequest) => void;
  /** Aborting ends starting; later it closes the emulator. */
  readonly signal?: AbortSignal;
}

/** The shape of {@link ListenOptions}. */
export const listenOptionsShape = (z: Zod): ZodType<ListenOptions> =>
  objectShape<ListenOptions>(z, {
    predictors: z.record(z.string(), z.unknown()) as ZodType as ZodType<ListenOptions['predictors']>,
    port: z.int().min(0).max(65_535).optional(),
    host: z.string().min(1).max(253).optional(),
    allowHosts: z.array(z.string().max(253)).optional(),
    data: z.unknown().optional() as ZodType as ZodType<string>,
    inject: z.looseObject({}).optional() as ZodType as ZodType<InjectedFaults>,
    keys: objectShape<AccessKeys>(z, { accessKey: z.string().min(1), secretKey: z.string().min(1) }).optional(),
    closeTime: z.int().min(0).max(600_000).optional(),
    state: z.looseObject({}).optional() as ZodType as ZodType<Storage>,
    clock: z.function().optional(),
    account: z.string().optional(),
    region: z.string().optional(),
    datasetGroup: z.string().min(1).max(63).optional(),
    limits: z.looseObject({}).optional() as ZodType as ZodType<NonNullable<ListenOptions['limits']>>,
    onProblem: z.function().optional(),
    onStatus: z.function().optional(),
    onRequest: z.function().optional(),
    signal: z.instanceof(AbortSignal).optional(),
  });
