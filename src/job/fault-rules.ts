import { BacktestExportError } from '../errors.ts';
import { mostFaults, type CheckedFaults } from './fault-shape.ts';
import { WireException, exceptionNames } from './exceptions.ts';
import type {
  ForcedStatus,
  InjectedFailure,
  JobDelay,
  JobFailure,
  PendingFaults,
  RequestFailure,
} from './injected-faults.ts';
import type { OperationName } from './requests.ts';
import { shortText } from './short-text.ts';

/** The faults that are to happen to the jobs and requests of one service; those that wait are told of changes. */
export class FaultRules {
  #failures: InjectedFailure[] = [];
  #delay: Required<JobDelay> = none;
  readonly #statuses = new Map<string, ForcedStatus>();
  readonly #waiting = new Set<() => void>();

  /** Adds to what is there; a delay replaces the one before. @throws `OPTION_INVALID` if there would be too many */
  add({ fail, delay, statuses = {} }: CheckedFaults): void {
    const names = new Set([...this.#statuses.keys(), ...Object.keys(statuses)]);
    if (this.#failures.length + fail.length > mostFaults || names.size > mostFaults) {
      const problem = `expected at most ${mostFaults} faults that wait, found more; a reset removes them`;
      throw new BacktestExportError('OPTION_INVALID', problem);
    }
    this.#failures.push(...fail);
    if (delay !== undefined) this.#delay = { ...none, ...delay };
    for (const [name, status] of Object.entries(statuses)) this.#statuses.set(name, status);
    this.#wake();
  }

  /** Removes all of them, and lets go of the jobs that they hold. */
  clear(): void {
    this.#failures = [];
    this.#delay = none;
    this.#statuses.clear();
    this.#wake();
  }

  /** What is still to happen. */
  get pending(): PendingFaults {
    return { fail: [...this.#failures], delay: this.#delay, statuses: Object.fromEntries(this.#statuses) };
  }

  /** The status that was forced on a job. */
  statusOf(job: string): ForcedStatus | undefined {
    return this.#statuses.get(job);
  }

  /** The message of a job that is to fail; that counts as one of the times. */
  takeJobFailure(job: string): string | undefined {
    const rule = this.#take((each): each is JobFailure => 'job' in each && (each.job === '*' || each.job === job));
    return rule === undefined ? undefined : shortText(rule.message ?? failedJob);
  }

  /** What a request is to be answered with; that counts as one of the times. */
  takeRequestFailure(operation: OperationName): WireException | undefined {
    const rule = this.#take(
      (each): each is RequestFailure => 'operation' in each && (each.operation === '*' || each.operation === operation),
    );
    return rule === undefined ? undefined : exceptionOf(rule);
  }

  /** Whether a job has to stay in a status for now. */
  holds(job: string, status: HeldStatus): boolean {
    return this.#statuses.get(job) === status || this.#delayIn(status) > 0;
  }

  /** Resolves when a job may leave a status, or the signal fires. */
  async hold(job: string, status: HeldStatus, signal: AbortSignal): Promise<void> {
    const until = performance.now() + this.#delayIn(status);
    while (!signal.aborted) {
      const left = until - performance.now();
      if (this.#statuses.get(job) === status) await this.#change(undefined, signal);
      else if (left > 0) await this.#change(left, signal);
      else return;
    }
  }

  #delayIn(status: HeldStatus): number {
    if (status === 'CREATE_PENDING') return this.#delay.pending;
    return status === 'CREATE_IN_PROGRESS' ? this.#delay.inProgress : 0;
  }

  #take<Rule extends InjectedFailure>(fits: (each: InjectedFailure) => each is Rule): Rule | undefined {
    const index = this.#failures.findIndex((each) => fits(each));
    const rule = this.#failures[index];
    if (rule === undefined || !fits(rule)) return undefined;
    const { times = 1 } = rule;
    if (times === 1) this.#failures.splice(index, 1);
    else if (times !== 'always') this.#failures[index] = { ...rule, times: times - 1 };
    return rule;
  }

  /** Resolves at a change, when the signal fires, or after a time. */
  #change(milliseconds: number | undefined, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(done, milliseconds);
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  #wake(): void {
    for (const done of this.#waiting) done();
  }
}

/** A status in which a job can be made to stay. */
export type HeldStatus = Exclude<ForcedStatus, 'CREATE_FAILED' | 'CREATE_STOPPED' | 'DELETE_FAILED'>;

/** The message of a job that fails without one. */
export const failedJob = 'The job failed';

const none: Required<JobDelay> = { pending: 0, inProgress: 0 };

/** Names that end with `Exception` and are often written without it. */
const longNames: ReadonlySet<string> = new Set([
  ...exceptionNames,
  'AccessDeniedException',
  'ExpiredTokenException',
  'InternalServerException',
  'ServiceUnavailableException',
  'ThrottlingException',
  'TooManyRequestsException',
  'UnrecognizedClientException',
]);

function exceptionOf({ exception, status, message, operation }: RequestFailure): WireException {
  const long = `${exception}Exception`;
  const name = exception === undefined ? nameOf(status) : longNames.has(long) ? long : exception;
  const text = message ?? `An injected failure of ${operation === '*' ? 'any operation' : operation}`;
  return new WireException(status ?? statusOf(name), name, text);
}

function nameOf(status = 500): string {
  if (status === 503) return 'ServiceUnavailableException';
  if (status === 429) return 'ThrottlingException';
  return status >= 500 ? 'InternalServerException' : 'InvalidInputException';
}

function statusOf(name: string): number {
  if (name.startsWith('ServiceUnavailable')) return 503;
  return name.startsWith('Internal') ? 500 : 400;
}
