import { describe, expect, it } from 'vitest';
import { streamTasks } from '#src/parallel/stream-tasks.js';
import type { Task } from '#src/parallel/task.js';
import { turnOfEventLoop } from '#src/pause.js';
import { die, square, stumble, wait } from '../support/tasks.mjs';

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await turnOfEventLoop();
}

/** A task of this thread that notes what it has begun. */
function noting(begun: number[]): Task<number, number> {
  const run = async (input: number): Promise<{ output: number }> => {
    begun.push(input);
    await turns(input % 3);
    return { output: -input };
  };
  return { name: 'noting', run };
}

describe('streamTasks', () => {
  it.each([1, 2, 3])('gives every result in the order of the inputs, on %d threads', async (threads) => {
    const inputs = Array.from({ length: 20 }, (_, index) => index + 1);
    const stream = streamTasks(square, inputs, { threads });
    const found: number[] = [];
    for (let index = 0; index < inputs.length; index++) found.push(await stream.take());
    await stream.end();
    expect(found).toEqual(inputs.map((input) => input * input));
  });

  it('lets a thread be one result ahead of a consumer that waits', async () => {
    const begun: number[] = [];
    const stream = streamTasks(noting(begun), [1, 2, 3, 4, 5, 6], { threads: 1 });
    await turns(50);
    // a second one is done, and waits to be taken
    expect(begun).toEqual([1, 2]);
    expect(await stream.take()).toBe(-1);
    await turns(50);
    expect(begun).toEqual([1, 2, 3]);
    expect([await stream.take(), await stream.take()]).toEqual([-2, -3]);
    await turns(50);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
    await stream.end();
    await turns(50);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
    await expect(stream.take()).rejects.toThrow('aborted');
  });

  it.each([1, 2])('ends with the signal while nobody asks, and gives its reason, on %d threads', async (threads) => {
    const controller = new AbortController();
    const stream = streamTasks(wait, [0, 1, 2, 3, 4], { threads, signal: controller.signal });
    expect(await stream.take()).toBe(0);
    controller.abort(new Error('enough'));
    await expect(stream.take()).rejects.toThrow('enough');
    await stream.end();
    const before = streamTasks(wait, [0], { threads, signal: controller.signal });
    await expect(before.take()).rejects.toThrow('enough');
    await before.end();
  });

  it.each([1, 2])('throws what a task throws, and the end of a thread, on %d threads', async (threads) => {
    const failing = streamTasks(stumble, [1, 2], { threads });
    await expect(failing.take()).rejects.toMatchObject({ code: 'NUMBER_INVALID' });
    await failing.end();
    if (threads === 1) return;
    const dying = streamTasks(die, [2, 3], { threads });
    await expect(dying.take()).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    await dying.end();
  });

  it('can end before anything is taken', async () => {
    const stream = streamTasks(wait, [2, 3, 4], { threads: 2 });
    await stream.end();
    await expect(stream.take()).rejects.toThrow('aborted');
  });
});
