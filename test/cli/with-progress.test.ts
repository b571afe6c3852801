import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOutput } from '#src/cli/print/output.js';
import { formatProgress } from '#src/cli/print/progress.js';
import { styleOf } from '#src/cli/print/style.js';
import { startProgress, withProgress } from '#src/cli/print/with-progress.js';
import { FakeStream } from './run.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** What was drawn, without the escapes that erase a line. */
const drawn = ({ text }: FakeStream): string[] => text.split('\r\u001b[2K').slice(1);

async function pass(milliseconds: number): Promise<void> {
  vi.advanceTimersByTime(milliseconds);
  // what was written is taken
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('progress while nobody reports any', () => {
  it('says from the first second on what is waited for, then what was said last', async () => {
    const stream = new FakeStream(80);
    const line = startProgress({ err: createOutput(stream), errStyle: styleOf(stream, {}) });
    for (let at = 0; at < 4; at++) await pass(500);
    line.update({ bytes: 100, totalBytes: 100, phase: 'judging', steps: 1, totalSteps: 4 });
    await pass(0);
    for (let at = 0; at < 4; at++) await pass(500);
    await line.end();
    await pass(5000);
    expect(drawn(stream)).toEqual([
      'looking for the export, 1 s',
      'looking for the export, 1 s',
      'looking for the export, 2 s',
      'looking for the export, 2 s',
      ...['2', '3', '3', '4', '4'].map((seconds) => `checking keys and metrics, 25%, ${seconds} s`),
      '',
    ]);
  });

  it('goes on after an end in between, as of one export of many, and stops at the last one', async () => {
    const stream = new FakeStream();
    const errStyle = { ...styleOf(stream, {}), progress: 'json' as const };
    const line = startProgress({ err: createOutput(stream), errStyle });
    line.update({ bytes: 1, totalBytes: 2 });
    await pass(0);
    await line.end();
    line.update({ bytes: 2, totalBytes: 2 });
    await pass(1000);
    await line.end();
    await pass(9000);
    expect(stream.text).toBe('{"progress":{"bytes":1,"totalBytes":2}}\n{"progress":{"bytes":2,"totalBytes":2}}\n');
  });

  it('ends with the work that fails', async () => {
    const stream = new FakeStream(80);
    const failing = withProgress({ err: createOutput(stream), errStyle: styleOf(stream, {}) }, async () => {
      await pass(600);
      throw new Error('failed');
    });
    await expect(failing).rejects.toThrow('failed');
    await pass(5000);
    expect(drawn(stream)).toEqual(['looking for the export, 1 s', '']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shows a phase at once, even while the line before is being written', async () => {
    const stream = new FakeStream(80);
    const line = startProgress({ err: createOutput(stream), errStyle: styleOf(stream, {}) });
    await pass(600);
    line.update({ bytes: 1, totalBytes: 1, phase: 'judging' });
    line.update({ bytes: 1, totalBytes: 1, phase: 'drawing' });
    await pass(0);
    await line.end();
    expect(drawn(stream).slice(1)).toEqual(['checking keys and metrics, 1 s', 'drawing charts, 1 s', '']);
  });
});

it('phases of groups are told by their groups', () => {
  const state = { bytes: 5, totalBytes: 5, phase: 'order', groups: 3, totalGroups: 4 };
  expect(formatProgress(state, 1000)).toBe('order of 3 of 4 groups, 75%');
});
