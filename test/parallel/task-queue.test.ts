import { describe, expect, it } from 'vitest';
import type { PooledWorker } from '#src/parallel/pooled-worker.js';
import { runTasks } from '#src/parallel/run-tasks.js';
import { TaskQueue, type QueuedInput, type WorkerOrder } from '#src/parallel/task-queue.js';
import { claimInput } from '#src/parallel/task.js';
import { poolOf } from '#src/parallel/worker-pool.js';
import { turnOfEventLoop } from '#src/pause.js';
import { hold, square } from '../support/tasks.mjs';

const inputs = ['a', 'b', 'c', 'd'];
const inputOf = (next: QueuedInput<string> | undefined): string | undefined => next?.input;

describe('TaskQueue', () => {
  it.each<[WorkerOrder | undefined, string]>([
    [undefined, 'abcd'],
    ['first', 'abcd'],
    ['last', 'adbc'],
  ])('gives each input once, workers theirs from the end that is chosen: %s', (order, expected) => {
    const queue = new TaskQueue(inputs, order);
    const taken = [queue.takeHere(), queue.takeThere(), queue.takeHere(), queue.takeThere()].map(inputOf);
    expect(taken.join('')).toBe(expected);
    expect([queue.left, queue.takeHere(), queue.takeThere()]).toEqual([0, undefined, undefined]);
  });

  it('takes back what no worker has started, the last first, once', () => {
    const queue = new TaskQueue(inputs);
    const [a, b, c, d] = [queue.takeThere(), queue.takeThere(), queue.takeThere(), queue.takeThere()];
    expect(a?.claim !== undefined && claimInput(a.claim)).toBe(true);
    queue.forget(c?.index ?? -1);
    expect(queue.takeBack()).toEqual({ index: 3, input: 'd', claim: undefined });
    expect(d?.claim !== undefined && claimInput(d.claim)).toBe(false);
    expect(inputOf(queue.takeBack())).toBe('b');
    expect(queue.takeBack()).toBeUndefined();
    expect(b?.claim !== undefined && claimInput(b.claim)).toBe(false);
  });

  it('has nothing left once it is cleared', () => {
    const queue = new TaskQueue(inputs);
    queue.takeThere();
    queue.clear();
    expect([queue.left, queue.takeHere(), queue.takeThere(), queue.takeBack()]).toEqual([
      0,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('a worker', () => {
  it('has its next input before the result of the one before is dealt with', async () => {
    const results: number[] = [];
    let second = (): void => undefined;
    const both = new Promise<void>((resolve) => (second = resolve));
    const shared = new Int32Array(new SharedArrayBuffer(12));
    shared.set([1, 0, 2]);
    await runTasks(hold, [shared, shared, shared], {
      threads: 2,
      onResult: (thread) => {
        results.push(thread);
        if (thread === 0) return undefined;
        if (results.filter((other) => other === thread).length === 2) second();
        return both; // the worker's first result waits for its second one
      },
    });
    expect(results.filter((thread) => thread === 0)).toHaveLength(1);
    expect(results).toHaveLength(3);
  });

  it('loses an input that it has not started to a thread that has nothing else to do', async () => {
    const shared = new Int32Array(new SharedArrayBuffer(12));
    shared[2] = 1;
    const threads: number[] = [];
    await runTasks(hold, [shared, shared, shared], {
      threads: 2,
      onResult: (thread, index) => {
        threads[index] = thread;
        if (index === 2) Atomics.store(shared, 0, 1);
      },
    });
    expect(threads).toEqual([0, threads[1], 0]);
    expect(threads[1]).not.toBe(0);
    expect(shared[1]).toBe(1);
    // what was skipped is not run late
    await runTasks(square, [1, 2, 3], { threads: 2, onResult: () => undefined });
    expect(shared[1]).toBe(1);
  });

  it('does not start what waits on it once the call is aborted, and lives on', async () => {
    const shared = new Int32Array(new SharedArrayBuffer(12));
    shared[2] = 99; // so that this thread holds, too, until it is told to stop
    const controller = new AbortController();
    const run = runTasks(hold, [shared, shared, shared], {
      threads: 2,
      signal: controller.signal,
      onResult: () => undefined,
    });
    while (shared[1] === 0) await turnOfEventLoop();
    controller.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(shared[1]).toBe(1);
    expect(poolOf(hold.worker as URL).size).toBe(1);
  });

  it('goes to another call that waits for it before it gets more from this one', async () => {
    const [one, other] = [new Int32Array(new SharedArrayBuffer(12)), new Int32Array(new SharedArrayBuffer(12))];
    one[2] = 3; // this thread ends its input only when a worker has begun three of its call
    other.set([1, 0, 1]);
    const finished: string[] = [];
    const note = (call: string) => (thread: number) => void (thread === 0 || finished.push(call));
    const inputs = Array.from({ length: 6 }, () => one);
    const first = runTasks(hold, inputs, { threads: 2, onResult: note('one') });
    while (one[1] === 0) await turnOfEventLoop();
    const second = runTasks(hold, [other, other], { threads: 2, onResult: note('other') });
    Atomics.store(one, 0, 1);
    await Promise.all([first, second]);
    expect(finished.indexOf('other')).toBe(2);
  });

  it('takes the last inputs where it is new and that is asked for, the first where it lives', async () => {
    const pool = poolOf(square.worker as URL);
    while (pool.size > 0) {
      const worker = await new Promise<PooledWorker | undefined>((give, fail) => {
        pool.lend({ task: 'square', most: 0, give, fail });
      });
      await worker?.terminate();
    }
    for (const expected of [
      [0, 0, 1],
      [0, 1, 0],
    ]) {
      const shared = new Int32Array(new SharedArrayBuffer(12));
      shared[2] = 1;
      const threads: number[] = [];
      const onResult = (thread: number, index: number): void => {
        threads[index] = thread;
        if (threads.filter((one) => one === 0).length === 2) Atomics.store(shared, 0, 1);
      };
      await runTasks(hold, [shared, shared, shared], { threads: 2, newWorkers: 'last', onResult });
      expect(threads.map((thread) => Math.min(thread, 1))).toEqual(expected);
    }
  });

  // last, since the second worker of this one takes a moment to end
  it('leaves to workers that are about to come what they can begin at once', { timeout: 20_000 }, async () => {
    const shared = new Int32Array(new SharedArrayBuffer(12));
    shared[2] = 2; // this thread ends its input when two workers have begun one each
    const threads: number[] = [];
    await runTasks(hold, [shared, shared, shared], {
      threads: 3,
      onResult: (thread, index) => {
        threads[index] = thread;
        if (thread === 0) Atomics.store(shared, 0, 1);
      },
    });
    expect(threads[0]).toBe(0);
    expect(new Set(threads).size).toBe(3);
  });
});
