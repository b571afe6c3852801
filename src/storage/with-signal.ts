import type { Storage } from './storage.ts';

/** The storage as `signal` ends its calls, see {@link Storage.withSignal}; itself where it never waits long. */
export function withSignal(storage: Storage, signal: AbortSignal | undefined): Storage {
  return signal === undefined ? storage : (storage.withSignal?.(signal) ?? storage);
}
