import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryStorage, openExport, summarize } from '#src/index.js';
import { onAbort } from '#src/on-abort.js';
import { generateExport } from '#src/testing/index.js';
import { FaultyStorage } from './support/faulty-storage.ts';
import { temporaryFolder } from './support/temporary-folder.js';

describe('onAbort', () => {
  it('calls everything that waits, once, and listens only as long as anything does', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const called: string[] = [];
    const forgets = ['a', 'b', 'c'].map((name) => onAbort(signal, () => called.push(name)));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    forgets[1]?.();
    forgets[1]?.();
    controller.abort();
    expect(called).toEqual(['a', 'c']);
    for (const forget of forgets) forget();
    expect(called).toEqual(['a', 'c']);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('starts anew after the last has been forgotten', () => {
    const controller = new AbortController();
    const { signal } = controller;
    let calls = 0;
    const act = (): void => void calls++;
    const first = onAbort(signal, act);
    first();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    onAbort(signal, act);
    const second = onAbort(signal, act);
    first();
    second();
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    controller.abort();
    expect(calls).toBe(1);
  });
});

describe('a signal of many calls at the same time', () => {
  const warnings: Error[] = [];
  const warn = (warning: Error): void => void warnings.push(warning);
  afterEach(() => process.off('warning', warn));

  it('makes Node warn of no leak, and has no listener afterwards', async () => {
    process.on('warning', warn);
    const shape = { items: 3, windows: 1, horizon: 2, exportedAt: '2024-01-01T00-00-00Z' };
    const folder = temporaryFolder();
    await generateExport(folder, shape);
    const memory = createMemoryStorage();
    await generateExport(memory, shape);
    const foreign = new FaultyStorage(memory, 0, 'fails');
    const { signal } = new AbortController();
    const exported = await openExport(folder);
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        await Promise.all([
          summarize(folder, { signal }),
          summarize(memory, { signal }),
          summarize(foreign, { signal }),
          exported.forecastedValues.table({ signal, threads: 2 }),
        ]);
        for await (const _ of exported.forecastedValues.batches({ signal, threads: 1 })) continue;
      }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
