import { describe, expect, it } from 'vitest';
import { seededRandom } from './support/column-batch.ts';
import { Pause, sortInSteps, takeSteps, turnOfEventLoop } from '#src/pause.js';

describe('Pause', () => {
  it('is due after 25 ms of work, and reads the clock only every 256 units', async () => {
    let time = 0;
    let looks = 0;
    const pause = new Pause(undefined, () => {
      looks++;
      return time;
    });
    expect(looks).toBe(1);
    for (let unit = 0; unit < 255; unit++) expect(pause.isDue()).toBe(false);
    expect(looks).toBe(1);
    expect(pause.isDue()).toBe(false);
    expect(looks).toBe(2);
    time = 25;
    expect(pause.isDue(255)).toBe(false);
    expect(pause.isDue()).toBe(true);
    await pause.take();
    expect(pause.isDue(1000)).toBe(false);
  });

  it('lets a due timer run, so that its abort is noticed', async () => {
    const controller = new AbortController();
    const pause = new Pause(controller.signal);
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(
      (async () => {
        for (;;) await pause.take();
      })(),
    ).rejects.toThrow('enough');
    await turnOfEventLoop();
  });

  it('rejects at once if the signal is already aborted', async () => {
    await expect(new Pause(AbortSignal.abort(new Error('enough'))).take()).rejects.toThrow('enough');
  });
});

describe('work in steps', () => {
  it('sorts like Array.sort, stably, at any length', async () => {
    const random = seededRandom(11);
    for (const length of [0, 1, 5, 4096, 4097, 16_384, 16_385, 50_000, 70_001]) {
      const list = Array.from({ length }, (_, index) => ({ key: Math.floor(random() * 1000), index }));
      const expected = list.toSorted((a, b) => a.key - b.key);
      await takeSteps(
        sortInSteps(list, (a, b) => a.key - b.key),
        new Pause(),
      );
      expect(list).toEqual(expected);
    }
  });

  it('yields soon, however long a step takes', async () => {
    let time = 0;
    let last = 0;
    const gaps: number[] = [];
    class TimedPause extends Pause {
      override async take(): Promise<void> {
        gaps.push(time - last);
        await super.take();
        last = time;
      }
    }
    const random = seededRandom(5);
    const list = Array.from({ length: 200_000 }, () => random());
    const sorting = sortInSteps(list, (a, b) => {
      time += 0.0001; // 100 ns
      return a - b;
    });
    await takeSteps(sorting, new TimedPause(undefined, () => time));
    expect(Math.max(...gaps)).toBeLessThan(60);
    expect(gaps.length).toBeGreaterThan(5);
    expect(list).toEqual(list.toSorted((a, b) => a - b));
  });

  it('yields in between, and ends with the signal', async () => {
    const controller = new AbortController();
    const list = Array.from({ length: 3_000_000 }, (_, index) => -index);
    setTimeout(() => controller.abort(new Error('enough')), 1);
    const sorting = takeSteps(
      sortInSteps(list, (a, b) => a - b),
      new Pause(controller.signal),
    );
    await expect(sorting).rejects.toThrow('enough');
  });
});
