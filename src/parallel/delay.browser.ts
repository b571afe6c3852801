import { onAbort } from '../on-abort.ts';

/** Resolves after the given time; aborting rejects it. */
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
