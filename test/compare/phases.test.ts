import { expect, it } from 'vitest';
import { createMemoryStorage, rankExports, type ComparisonProgress } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';

it('tells of groups once rows are read, and ends with the signal there', async () => {
  const storages = [createMemoryStorage(), createMemoryStorage()];
  for (const storage of storages) await generateExport(storage, { items: 3000, windows: 1, horizon: 1 });
  const told: ComparisonProgress[] = [];
  const options = { by: ['item'], metrics: ['WAPE'] } as const;
  await rankExports(storages, { ...options, onProgress: (progress) => void told.push(progress) });
  const phases = [...new Set(told.map(({ phase }) => phase))];
  expect(phases).toEqual(expect.arrayContaining([undefined, 'figures']));
  for (const { phase, bytes, totalBytes, groups = 0, totalGroups = 0 } of told) {
    expect(bytes).toBeLessThanOrEqual(totalBytes);
    if (phase !== undefined) expect([groups <= totalGroups, totalGroups > 0]).toEqual([true, true]);
  }
  const controller = new AbortController();
  const reason = new Error('stopped');
  const comparing = rankExports(storages, {
    ...options,
    signal: controller.signal,
    onProgress: ({ phase }) => {
      if (phase === 'figures') controller.abort(reason);
    },
  });
  await expect(comparing).rejects.toBe(reason);
});
