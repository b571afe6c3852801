import { describe, expect, it } from 'vitest';
import { runTasks } from '#src/parallel/run-tasks.js';
import { giveBackController, takeController } from '#src/parallel/stop-controllers.js';
import type { Task } from '#src/parallel/task.js';

/** The signals that a task on this thread gets for its inputs, in one call; it does with each what `act` does. */
async function signalsOf(
  inputs: number,
  act: (signal: AbortSignal) => unknown = () => undefined,
): Promise<AbortSignal[]> {
  const signals: AbortSignal[] = [];
  const task: Task<number, number> = {
    name: 'see',
    run: async (output, { signal }) => {
      signals.push(signal);
      await act(signal);
      return { output };
    },
  };
  const all = Array.from({ length: inputs }, (_, index) => index);
  await runTasks(task, all, { threads: 1, onResult: () => undefined }).catch(() => undefined);
  return signals;
}

describe('the signal of a call', () => {
  it('is that of the call before', async () => {
    const [first, second] = await signalsOf(2);
    expect(second).toBe(first);
    expect((await signalsOf(1))[0]).toBe(first);
  });

  it('is a new one after an error', async () => {
    const [failed] = await signalsOf(1, () => Promise.reject(new RangeError('no')));
    expect(failed?.aborted).toBe(true);
    const [next] = await signalsOf(1);
    expect(next?.aborted).toBe(false);
  });

  it('is not used again where somebody still listens to it', async () => {
    const [heard] = await signalsOf(1, (signal) => signal.addEventListener('abort', () => undefined));
    expect((await signalsOf(1))[0]).not.toBe(heard);
  });

  it('is its own for each of two calls at the same time', async () => {
    const inner: (AbortSignal | undefined)[] = [];
    const [outer] = await signalsOf(1, async () => inner.push(...(await signalsOf(1))));
    expect(inner).toHaveLength(1);
    expect(inner[0]).not.toBe(outer);
  });

  it('is kept for four calls at the same time, not more', () => {
    for (let taken = 0; taken < 4; taken++) takeController(); // those that earlier tests gave back
    const given = Array.from({ length: 6 }, () => new AbortController());
    for (const controller of given) giveBackController(controller);
    const taken = new Set(Array.from({ length: 6 }, () => takeController()));
    expect(given.filter((controller) => taken.has(controller))).toHaveLength(4);
  });
});
