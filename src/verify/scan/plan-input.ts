import { given } from '../../given.ts';
import { tableOf } from '../../export/backtest-export.ts';
import type { CheckInput } from './check-part.ts';
import type { PlannedPart, VerificationPlan } from '../base/plan.ts';

/** How tasks of this verification run: a storage that cannot move to another thread is read on this one. */
export function runOptions({ bx, options }: VerificationPlan): { threads?: number; signal?: AbortSignal } {
  const threads = bx.storage.transfer === undefined ? 1 : options.threads;
  return {
    ...given({ threads, signal: options.signal }),
  };
}

/** Bytes of records that a thread holds back. */
export const heldByThread: number = 16 * 1024 * 1024;

/** What reading a part of the plan needs, whatever is looked for. */
export function planInput(
  plan: VerificationPlan,
  file: number,
  { name, part }: PlannedPart,
  spillName: string,
): Omit<CheckInput, 'maxPlaces' | 'frequency'> {
  const { bx, seed, partitions, spill } = plan;
  const { expected, decode } = tableOf(plan.bx, name);
  return {
    storage: bx.storage.transfer ?? bx.storage,
    part,
    file,
    expected,
    decode,
    seed,
    partitions,
    spill: spill && { name: `${spillName}-${file}`, quota: heldByThread, storage: spill.transfer },
  };
}
