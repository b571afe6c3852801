import { expect, it } from 'vitest';
import { createMemoryStorage, verifyExport, type VerifyProgress } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';

it('tells what is done once all parts are read, step by step, and ends with the signal in each phase', async () => {
  const storage = createMemoryStorage();
  const defects = ['duplicate-row', 'missing-step'] as const;
  await generateExport(storage, { items: 6, windows: 2, horizon: 4, parts: 3, defects });
  const told: VerifyProgress[] = [];
  await verifyExport(storage, { onProgress: (progress) => void told.push(progress) });
  const phases = [...new Set(told.map(({ phase }) => phase))];
  expect(phases).toEqual([undefined, 'judging', 'rereading', 'placing']);
  for (const { phase, bytes, totalBytes, parts, totalParts, steps = 0, totalSteps = 0 } of told) {
    if (phase === undefined) continue;
    expect([bytes, parts]).toEqual([totalBytes, totalParts]);
    expect(totalSteps).toBeGreaterThan(0);
    expect(steps).toBeLessThanOrEqual(totalSteps);
  }
  const steps = told.filter(({ phase }) => phase === 'judging').map((progress) => progress.steps ?? 0);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  for (const phase of phases) {
    const controller = new AbortController();
    const reason = new Error(`stopped at ${phase}`);
    const onProgress = (progress: VerifyProgress): void => {
      if (progress.phase === phase) controller.abort(reason);
    };
    await expect(verifyExport(storage, { signal: controller.signal, onProgress })).rejects.toBe(reason);
  }
});
