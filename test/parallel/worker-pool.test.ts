import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PooledWorker } from '#src/parallel/pooled-worker.js';
import { Again, runTasks } from '#src/parallel/run-tasks.js';
import { poolOf, WorkerPool, type WorkerRequest } from '#src/parallel/worker-pool.js';
import { before, die, ignore, square, stumble, wait, whoami } from '../support/tasks.mjs';

const module = square.worker as URL;

/** Workers that were started during the test. */
let started = 0;
const count = (): number => ++started;
beforeEach(() => {
  started = 0;
  process.on('worker', count);
});
afterEach(() => void process.off('worker', count));

const none = { onResult: (): void => undefined };

/** The pool of the tasks, without the workers that earlier tests have left. */
async function emptyPool(): Promise<WorkerPool> {
  const pool = poolOf(module);
  while (pool.size > 0) await (await lend(pool, 0)).terminate();
  return pool;
}

/** A worker; `took` sees it first. */
function lend(pool: WorkerPool, most: number, took: () => void = () => undefined): Promise<PooledWorker> {
  return new Promise((resolve, fail) => {
    const give: WorkerRequest['give'] = (worker) => {
      took();
      if (worker === undefined) fail(new Error('refused'));
      else resolve(worker);
    };
    pool.lend({ task: 'square', most, give, fail });
  });
}

/** The threads that run two inputs; the worker is the first that ends one. */
async function threadsOf(options: { work?: number } = {}): Promise<number[]> {
  const threads: number[] = [];
  let release = (): void => undefined;
  before.whoami = new Promise((resolve) => (release = resolve));
  const onResult = (output: number): void => {
    threads.push(output);
    if (output > 0) release();
  };
  await runTasks(whoami, [1, 2], { threads: 2, ...options, onResult });
  before.whoami = Promise.resolve();
  return threads;
}

describe('workers', () => {
  it('are kept for the next call, of whatever task', async () => {
    await emptyPool();
    const [worker] = await threadsOf();
    await runTasks(square, [1, 2], { threads: 2, ...none });
    expect(await threadsOf()).toEqual([worker, 0]);
    expect(started).toBe(1);
  });

  it('see the environment as it is, not as it was when they started', async () => {
    const pool = await emptyPool();
    const worker = await lend(pool, 1);
    const read = (): Promise<unknown> =>
      worker.run({ task: 'environment', input: 'BACKTEST_TEST', onBytes: () => undefined });
    const seen = [await read()];
    process.env['BACKTEST_TEST'] = 'later';
    seen.push(await read());
    delete process.env['BACKTEST_TEST'];
    seen.push(await read());
    pool.giveBack(worker);
    expect(seen).toEqual([undefined, 'later', undefined]);
  });

  it('are kept after a call that failed or was aborted', async () => {
    await emptyPool();
    const [worker] = await threadsOf();
    await expect(runTasks(stumble, [1, 2], { threads: 2, ...none })).rejects.toMatchObject({ code: 'NUMBER_INVALID' });
    expect(await threadsOf()).toEqual([worker, 0]);
    const controller = new AbortController();
    const aborted = runTasks(wait, [2, 1, 2], {
      threads: 2,
      signal: controller.signal,
      onResult: () => controller.abort(new Error('stop')),
    });
    await expect(aborted).rejects.toThrow('stop');
    expect(await threadsOf()).toEqual([worker, 0]);
    expect(started).toBe(1);
  });

  it('are replaced when they die or do not stop', async () => {
    const pool = await emptyPool();
    await expect(runTasks(die, [2, 3], { threads: 2, ...none })).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    expect(pool.size).toBe(0);
    await threadsOf();
    expect([started, pool.size]).toEqual([2, 1]);
    const signal = AbortSignal.timeout(50);
    await expect(runTasks(ignore, [2, 3], { threads: 2, signal, ...none })).rejects.toThrow('timeout');
    expect(pool.size).toBe(0);
    await threadsOf();
    expect([started, pool.size]).toEqual([3, 1]);
  });

  it('have failed if a message of theirs cannot be read', async () => {
    const pool = await emptyPool();
    let thread: Worker | undefined;
    process.once('worker', (worker) => (thread = worker));
    const worker = await lend(pool, 1);
    const input = new Int32Array(new SharedArrayBuffer(12)); // it holds for ever
    const run = worker.run({ task: 'hold', input, onBytes: () => undefined });
    thread?.emit('messageerror', new Error('unreadable'));
    await expect(run).rejects.toMatchObject({ code: 'WORKER_FAILED' });
    await worker.ended;
    expect(pool.size).toBe(0);
  });

  it('are not started for work that is too small to pay', async () => {
    const pool = await emptyPool();
    await runTasks(square, [1, 2], { threads: 2, work: 1, ...none });
    expect([started, pool.size]).toEqual([0, 0]);
    const [worker] = await threadsOf({ work: 1000 });
    expect([started, pool.size]).toEqual([1, 1]);
    // one that lives pays earlier
    expect(await threadsOf({ work: 10 })).toEqual([worker, 0]);
    expect(started).toBe(1);
  });

  it('do not keep the process alive', () => {
    const script = `
      import { runTasks } from '#src/parallel/run-tasks.js';
      import { poolOf } from '#src/parallel/worker-pool.js';
      import { square } from ${JSON.stringify(module.href)};
      await runTasks(square, [1, 2, 3], { threads: 2, onResult: () => undefined });
      process.on('exit', () => console.log(poolOf(square.worker).size));`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
      cwd: join(import.meta.dirname, '../..'),
    });
    expect([stdout, status]).toEqual(['1\n', 0]);
  });

  it("are done without where Node's permission model allows none", () => {
    const script = `
      import { runTasks } from '#src/parallel/run-tasks.js';
      import { square } from ${JSON.stringify(module.href)};
      const seen = [];
      await runTasks(square, [1, 2, 3], { threads: 3, onResult: (output) => seen.push(output) });
      console.log(process.permission.has('worker'), seen.join());`;
    const isStable = process.allowedNodeEnvironmentFlags.has('--permission');
    const flags = [isStable ? '--permission' : '--experimental-permission', '--allow-fs-read=*', '--no-warnings'];
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
      cwd: join(import.meta.dirname, '../..'),
    });
    expect([stdout, stderr]).toEqual(['false 1,4,9\n', '']);
  });
});

describe('a pool of workers', () => {
  it('lends to whoever has waited longest, and starts no more than a request allows', async () => {
    const pool = new WorkerPool(module, { mostIdle: 1, idleTime: 60_000 });
    const order: string[] = [];
    const first = await lend(pool, 1);
    const others = ['a', 'b', 'c'].map((name) => lend(pool, 1, () => order.push(name)));
    pool.giveBack(first);
    for (const other of others) {
      expect(await other).toBe(first);
      pool.giveBack(first);
    }
    expect([order, started]).toEqual([['a', 'b', 'c'], 1]);
    await first.terminate();
    expect(pool.size).toBe(0);
  });

  it('keeps few idle ones, for a while', async () => {
    const pool = new WorkerPool(module, { mostIdle: 1, idleTime: 20 });
    const workers = await Promise.all([lend(pool, 3), lend(pool, 3), lend(pool, 3)]);
    expect([started, pool.size]).toEqual([3, 3]);
    for (const worker of workers) pool.giveBack(worker);
    for (const worker of workers) await worker.ended;
    expect(pool.size).toBe(0);
  });

  it('takes back a request that nobody needs any more, and replaces a worker that others wait for', async () => {
    const pool = new WorkerPool(module, { mostIdle: 1, idleTime: 60_000 });
    const worker = await lend(pool, 1);
    const given: unknown[] = [];
    const give = (answer: unknown): unknown => given.push(answer);
    const request = { task: 'square', most: 1, give, fail: give };
    pool.lend(request);
    pool.withdraw(request);
    expect(given).toEqual([undefined]);
    const waiting = lend(pool, 1);
    await worker.terminate();
    const next = await waiting;
    expect([next === worker, started]).toEqual([false, 2]);
    await next.terminate();
  });
});

describe('an input', () => {
  it.each([1, 2])('is run again, as its result or failure says, on %d threads', async (threads) => {
    const results: [number, number][] = [];
    await runTasks(square, [1, 2, 3], {
      threads,
      onResult: (output, index) => {
        results.push([output, index]);
        return output < 10 ? new Again(index + 11) : undefined;
      },
    });
    expect(results.toSorted(([a], [b]) => a - b)).toEqual([
      [1, 0],
      [4, 1],
      [9, 2],
      [121, 0],
      [144, 1],
      [169, 2],
    ]);
    const failures: number[] = [];
    const run = runTasks(stumble, [5, 6], {
      threads,
      ...none,
      onFailure: (error, index) => {
        failures.push(index);
        if (failures.length === 4) throw error;
        return new Again(7);
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'NUMBER_INVALID' });
    expect(failures.length).toBe(4);
  });
});
