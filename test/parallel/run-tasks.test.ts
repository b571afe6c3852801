import { describe, expect, it } from 'vitest';
import { runTasks } from '#src/parallel/run-tasks.js';
import { turnOfEventLoop } from '#src/pause.js';
import { taskLoaders } from '#src/worker/task-loaders.js';
import { before, countUp, die, report, square, stumble, wait } from '../support/tasks.mjs';

describe('runTasks', () => {
  it.each([1, 2, 3])('gives every input to the task once on %d threads', async (threads) => {
    const results: number[] = [];
    let bytes = 0;
    await runTasks(square, [1, 2, 3, 4, 5], {
      threads,
      onResult: (output, index) => void (results[index] = output),
      onBytes: (count) => void (bytes += count),
    });
    expect(results).toEqual([1, 4, 9, 16, 25]);
    expect(bytes).toBe(15);
  });

  it('receives what a thread hands over before the end, in order, moved from a worker', async () => {
    const partial: number[] = [];
    let bytes = 0;
    let begin = (): void => undefined;
    before.countUp = new Promise((resolve) => (begin = resolve)); // this thread begins when the worker has ended
    await runTasks(countUp, [4, 4], {
      threads: 2,
      onPartial: ([buffer]) => void partial.push(...new Uint8Array(buffer ?? new ArrayBuffer(0))),
      onResult: () => begin(),
      onBytes: (count) => void (bytes += count),
    });
    expect(partial).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
    expect(bytes).toBe(8);
  });

  it.each([1, 2])('ends with the first BacktestExportError, including its position, on %d threads', async (threads) => {
    const run = runTasks(stumble, [1, 2, 3], { threads, onResult: () => undefined });
    await expect(run).rejects.toMatchObject({ code: 'NUMBER_INVALID', position: { file: 'a.csv', record: 3 } });
  });

  it.each([1, 2])('awaits onResult, on %d threads', async (threads) => {
    const taken: number[] = [];
    await runTasks(square, [1, 2, 3, 4], {
      threads,
      onResult: async (output) => {
        for (let turn = 0; turn < 5; turn++) await turnOfEventLoop();
        taken.push(output);
      },
    });
    expect(taken.toSorted((a, b) => a - b)).toEqual([1, 4, 9, 16]);
    const failing = runTasks(square, [1, 2], { threads, onResult: () => Promise.reject(new RangeError('too many')) });
    await expect(failing).rejects.toThrow('too many');
  });

  it('reports a thread that dies', async () => {
    const run = runTasks(die, [2, 3], { threads: 2, onResult: () => undefined });
    await expect(run).rejects.toMatchObject({ code: 'WORKER_FAILED' });
  });

  it('stops at once when it is aborted, before and during the work', async () => {
    const before = AbortSignal.abort(new Error('enough'));
    await expect(runTasks(wait, [1, 2], { threads: 2, signal: before, onResult: () => undefined })).rejects.toThrow(
      'enough',
    );
    const controller = new AbortController();
    const run = runTasks(wait, [1, 2, 3], {
      threads: 2,
      signal: controller.signal,
      onResult: () => controller.abort(new Error('stop')),
    });
    await expect(run).rejects.toThrow('stop');
  });

  it('rejects with what onResult throws', async () => {
    const run = runTasks(square, [1, 2], {
      threads: 2,
      onResult: () => {
        throw new RangeError('too many');
      },
    });
    await expect(run).rejects.toThrow('too many');
  });

  it.each([1, 2])(
    'rejects with what onBytes throws, on this thread or for a worker, on %d threads',
    async (threads) => {
      const reports: number[] = [];
      const run = runTasks(report, [1, 2], {
        threads,
        onResult: () => undefined,
        // with two threads the first report of each is accepted, so that the worker's are seen as well
        onBytes: (bytes) => {
          if (reports.filter((seen) => seen === 0).length === threads) throw new RangeError('no more reports');
          reports.push(bytes);
        },
      });
      await expect(run).rejects.toThrow('no more reports');
    },
  );

  it('rejects with the reason of the signal, whatever it is', async () => {
    const controller = new AbortController();
    const onBytes = (): void => controller.abort('enough');
    const run = runTasks(report, [1], { threads: 1, signal: controller.signal, onResult: () => undefined, onBytes });
    await expect(run).rejects.toBe('enough');
  });

  it('fails where no task has the name', async () => {
    const run = runTasks({ ...wait, name: 'rest' }, [2, 3], { threads: 2, onResult: () => undefined });
    await expect(run).rejects.toMatchObject({
      code: 'WORKER_FAILED',
      message: expect.stringContaining('no task is named rest'),
    });
  });

  it('runs nothing for no inputs', async () => {
    await expect(runTasks(square, [], { onResult: () => undefined })).resolves.toBeUndefined();
  });
});

describe('the tasks of the library', () => {
  it.each(Object.keys(taskLoaders))('%s has the name under which a worker finds it', async (name) => {
    expect(await taskLoaders[name]?.()).toMatchObject({ name, run: expect.any(Function) });
  });
});
