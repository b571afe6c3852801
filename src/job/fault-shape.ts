import type { z as Zod, ZodType } from 'zod';
import { BacktestExportError } from '../errors.ts';
import { jobNameRule } from '../naming/job-name.ts';
import { objectShape, parseOptions } from '../options.ts';
import {
  forcedStatuses,
  type InjectedFailure,
  type InjectedFaults,
  type JobDelay,
  type JobFailure,
  type RequestFailure,
} from './injected-faults.ts';
import { operationNames } from './requests.ts';

/** The most failures that wait, and the most names with a status. */
export const mostFaults = 1000;
/** The longest delay, in milliseconds. */
export const longestDelay = 3_600_000;
const longestMessage = 1000;

/** Faults as they were checked: a list of failures, both delays. */
export interface CheckedFaults extends Omit<InjectedFaults, 'fail' | 'delay'> {
  readonly fail: readonly InjectedFailure[];
  readonly delay: JobDelay | undefined;
}

/** Checks faults. @throws `OPTION_INVALID`, naming what is wrong as an option of `what` */
export function checkFaults(what: string, z: typeof Zod, faults: unknown): CheckedFaults {
  const { fail = [], delay, statuses } = parseOptions(what, faults, faultsShape(z));
  if (statuses !== undefined && Object.keys(statuses).length > mostFaults) {
    throw new BacktestExportError('OPTION_INVALID', `${what}.statuses: expected at most ${mostFaults} names`);
  }
  return {
    fail: isList(fail) ? fail : [fail],
    delay: typeof delay === 'number' ? { pending: delay, inProgress: delay } : delay,
    ...(statuses === undefined ? {} : { statuses }),
  };
}

/** The shape of {@link InjectedFaults}. */
export function faultsShape(z: typeof Zod): ZodType<InjectedFaults> {
  const failure = failureShape(z);
  const time = z.number().min(0).max(longestDelay);
  const delay = objectShape<JobDelay>(z, { pending: time.optional(), inProgress: time.optional() });
  return objectShape<InjectedFaults>(z, {
    fail: z.union([z.array(failure).max(mostFaults), failure]).optional() as ZodType as ZodType<InjectedFailure>,
    delay: z.union([time, delay]).optional() as ZodType as ZodType<number>,
    statuses: z.record(jobName(z), z.enum(forcedStatuses)).optional() as ZodType as ZodType<
      NonNullable<InjectedFaults['statuses']>
    >,
  });
}

function failureShape(z: typeof Zod): ZodType<InjectedFailure> {
  const common = {
    message: z.string().max(longestMessage).optional(),
    times: z.union([z.int().min(1).max(1_000_000), z.literal('always')]).optional() as ZodType as ZodType<number>,
  };
  const ofJob = objectShape<JobFailure>(z, {
    job: z.union([z.literal('*'), jobName(z)]),
    ...common,
  });
  const ofRequest = objectShape<RequestFailure>(z, {
    operation: z.enum(['*', ...operationNames]),
    exception: z
      .string()
      .regex(/^[A-Za-z][A-Za-z\d]{0,99}$/, 'expected the name of an exception, letters and digits')
      .optional(),
    status: z.int().min(400).max(599).optional(),
    ...common,
  });
  return z.custom<unknown>().superRefine((value, context) => {
    const shape = typeof value === 'object' && value !== null && 'operation' in value ? ofRequest : ofJob;
    const result = shape.safeParse(value, { reportInput: true });
    for (const issue of result.error?.issues ?? []) context.addIssue(issue as never);
  }) as ZodType as ZodType<InjectedFailure>;
}

function jobName(z: typeof Zod): ZodType<string> {
  const { most, pattern } = jobNameRule;
  return z.string().max(most).regex(pattern, 'expected the name of a job: a letter, then letters, digits and _');
}

function isList(value: InjectedFailure | readonly InjectedFailure[]): value is readonly InjectedFailure[] {
  return Array.isArray(value);
}
