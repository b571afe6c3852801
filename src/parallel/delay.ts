import { setTimeout } from 'node:timers/promises';

import { given } from '../given.ts';

/** Settles after so many milliseconds, or fails with the signal. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, given({ signal }));
}
