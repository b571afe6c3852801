import { expect, it } from 'vitest';
import { delay } from '#src/delay.js';

it('a delay ends with its time or its signal', async () => {
  await expect(delay(1)).resolves.toBe(undefined);
  const stop = new AbortController();
  const waiting = delay(60_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(delay(60_000, stop.signal)).rejects.toThrow('enough');
});
