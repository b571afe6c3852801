import { setTimeout } from 'node:timers/promises';

/** Settles after so many milliseconds, or fails with the signal. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
}
