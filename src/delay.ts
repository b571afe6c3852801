import { onAbort } from './on-abort.ts';

/** Captured at load, because tests replace timers. */
const { setTimeout, clearTimeout } = globalThis;

/** Resolves after a time in milliseconds. @throws the signal's reason */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error);
    const forget =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    const timer = setTimeout(() => {
      forget?.();
      resolve();
    }, milliseconds);
  });
}
