import type { Storage } from './storage.ts';

/** The storage as `signal` ends its calls, see {@link Storage.withSignal}; itself where it never waits long. */
export function withSignal(storage: Storage, signal: AbortSignal | undefined): Storage {
  return signal === undefined ? storage : (storage.withSignal?.(signal) ?? storage);
}

/**
 * The storage for what must be finished or undone once it has begun: `signal` ends no call of it, but from then on each gets
 * an answer within seconds, or fails, and the others with it.
 */
export function hurryAfter(storage: Storage, signal: AbortSignal | undefined): Storage {
  return signal === undefined ? storage : (storage.withSignal?.(signal, 'hurry') ?? storage);
}
