import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { collectEarly } from '#src/parallel/collect-early.js';

const bytes = 100_000_000;

function held(): number {
  return process.memoryUsage().arrayBuffers;
}

/** Whether the engine has let go of buffers that nobody holds, within a second. */
async function collects(): Promise<boolean> {
  for (let turn = 0; turn < 100; turn++) {
    if (held() < bytes / 2) return true;
    await setTimeout(10);
  }
  return false;
}

it('makes the engine collect buffers that nobody holds any more, and counts for nothing itself', async () => {
  const before = held();
  let buffers = Array.from({ length: 100 }, () => new ArrayBuffer(bytes / 100));
  expect(held() - before).toBeGreaterThan(0.9 * bytes);
  collectEarly();
  await setTimeout(50);
  expect(held() - before).toBeLessThan(1.1 * bytes);
  expect(buffers.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(bytes); // they are still held
  buffers = [];
  await setTimeout(50);
  collectEarly();
  expect(await collects()).toBe(true);
});
