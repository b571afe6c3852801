import { describe, expect, it } from 'vitest';
import { Pause, turnOfEventLoop } from '#src/pause.js';

describe('Pause', () => {
  it('is due when work has gone on for 25 ms, and looks at the clock every 256 units only', async () => {
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

  it('lets a timer that was due run, so that an abort of another one is heard', async () => {
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

  it('fails at once where the signal was aborted before', async () => {
    await expect(new Pause(AbortSignal.abort(new Error('enough'))).take()).rejects.toThrow('enough');
  });
});
