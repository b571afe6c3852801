import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { version } from '#src/version.js';
import { failure } from '../support/failure.ts';
import { square } from '../support/tasks.mjs';
import { temporaryFolder } from '../support/temporary-folder.ts';

const told: string[] = [];
let started = 0;
const count = (): number => ++started;

beforeEach(() => {
  vi.resetModules(); // a word is told once by each copy of the library
  told.length = started = 0;
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void told.push(String(warning)));
  process.on('worker', count);
});
afterEach(() => {
  process.off('worker', count);
  vi.restoreAllMocks();
});

/** A module for workers to start with. */
function moduleOf(text: string): URL {
  const path = join(temporaryFolder(), 'worker.mjs');
  writeFileSync(path, text);
  return pathToFileURL(path);
}

/** Runs two inputs on this thread and on a worker, of which the first waits until the worker has started or has not. */
async function runWith(worker: URL): Promise<number[]> {
  const { runTasks } = await import('#src/parallel/run-tasks.js');
  const { poolOf } = await import('#src/parallel/worker-pool.js');
  const run = async (input: number): Promise<{ output: number }> => {
    await vi.waitUntil(() => poolOf(worker).size === 0, 10_000);
    return { output: input * input };
  };
  const seen: number[] = [];
  await runTasks({ name: 'square', worker, run }, [1, 2, 3], { threads: 2, onResult: (output) => seen.push(output) });
  return seen;
}

const oneThread = 'backtest-export works on one thread: the worker file ';

describe('a worker file', () => {
  it.each([
    ['needs what is not there', `import './chunk.mjs';`, "cannot be loaded: Cannot find module '.*chunk.mjs'"],
    ['cannot be parsed', 'import {', 'cannot be loaded: .*'],
    [
      'was bundled wrongly',
      `throw new Error('Dynamic require of "util" is not supported')`,
      'cannot be loaded: Dynamic require of "util" is not supported',
    ],
    ['is another program', 'process.exitCode = 3;', 'is no worker of this library'],
    [
      'is of another version',
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', () => undefined).postMessage({ kind: 'loaded', version: '0.0.9' });`,
      `is the worker of version 0.0.9, and this is version ${version}`,
    ],
  ])('that %s is done without, with a word, and is not started again', async (_, text, reason) => {
    const module = moduleOf(text);
    expect(await runWith(module)).toEqual([1, 4, 9]);
    expect(await runWith(module)).toEqual([1, 4, 9]);
    expect(told).toEqual([expect.stringMatching(new RegExp(`^${oneThread}'.*worker.mjs' ${reason}`))]);
    expect(started).toBe(1);
  });

  it('whose first task cannot be loaded fails', async () => {
    const module = moduleOf(`import { serveTasks } from '${import.meta.resolve('#src/parallel/serve-tasks.js')}';
      await serveTasks({ square: async () => { throw new Error('odd platform'); } });`);
    await expect(runWith(module)).rejects.toMatchObject({
      code: 'WORKER_FAILED',
      message: expect.stringContaining('odd platform'),
    });
    expect(told).toEqual([]);
  });

  it('is the one of the package, or the chosen one', async () => {
    const { setWorkerFile, workerFile } = await import('#src/parallel/worker-file.js');
    expect(workerFile()?.pathname).toMatch(/\/build\/worker\/main\.js$/);
    const module = moduleOf('');
    for (const file of [module, module.href, module.pathname]) {
      setWorkerFile(file);
      expect(workerFile()).toEqual(module);
    }
    const folder = temporaryFolder();
    expect(failure(() => setWorkerFile(join(folder, 'none.js')))).toEqual([
      'FILE_NOT_FOUND',
      `setWorkerFile: expected what a bundler made of backtest-export/worker, found no file '${join(folder, 'none.js')}'`,
    ]);
    expect(failure(() => setWorkerFile(folder))[0]).toBe('FILE_NOT_FOUND');
    symlinkSync('circle.js', join(folder, 'circle.js'));
    expect(failure(() => setWorkerFile(join(folder, 'circle.js')))[0]).toBe('READ_FAILED');
    for (const [file, found] of [
      [new URL('https://a.example/worker.js'), 'an object of class URL'],
      ['', "''"],
      [3, '3'],
    ]) {
      const message = `setWorkerFile: expected a path or a file: URL, found ${found}`;
      expect(failure(() => setWorkerFile(file as string))).toEqual(['OPTION_INVALID', message]);
    }
    expect(workerFile()).toEqual(module);
  });

  it('may be the program itself, which then starts no workers of its own', async () => {
    const { runTasks } = await import('#src/parallel/run-tasks.js');
    const module = moduleOf(`
      import { workerFile } from '${import.meta.resolve('#src/parallel/worker-file.js')}';
      if (workerFile() !== undefined) throw new Error('it would start itself');
      throw new Error('it starts none');`);
    expect(await runWith(module)).toEqual([1, 4, 9]);
    expect(told).toEqual([expect.stringMatching(/cannot be loaded: it starts none$/)]);
    const seen: number[] = [];
    await runTasks(square, [2], { threads: 2, onResult: (output) => seen.push(output) });
    expect(seen).toEqual([4]);
  });

  it('of a process that has none is missed only where workers would pay', async () => {
    const { setWorkerFile } = await import('#src/parallel/worker-file.js');
    const { threadsThatPay } = await import('#src/parallel/threads-that-pay.js');
    const manifest = vi.spyOn(JSON, 'parse').mockReturnValue({ name: 'mine' });
    const task = { name: 'square', run: square.run };
    expect(threadsThatPay(task, { threads: 1 })).toBe(1);
    expect(threadsThatPay(task, { threads: 2, work: 1 })).toBe(1);
    expect(told).toEqual([]);
    expect(threadsThatPay(task, { threads: 2, work: 1000 })).toBe(1);
    expect(threadsThatPay(task, { threads: 2 })).toBe(1);
    expect(told).toEqual([expect.stringMatching(/^backtest-export works on one thread: .* setWorkerFile\(\)$/)]);
    manifest.mockRestore();
    setWorkerFile(moduleOf(''));
    expect(threadsThatPay(task, { threads: 2, work: 1000 })).toBe(2);
  });
});

describe('the version', () => {
  it('is that of the package', async () => {
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
    expect(version).toBe(manifest.version);
  });
});
