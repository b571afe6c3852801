import type { Storage } from './storage.ts';

/** {@link Storage.withSignal}, or the storage itself if there is no signal or it never waits long. */
export function withSignal(storage: Storage, signal: AbortSignal | undefined): Storage {
  return signal === undefined ? storage : (storage.withSignal?.(signal) ?? storage);
}

/**
 * The storage for work that must be finished or undone once started: `signal` ends no call, but after it each call gets
 * an answer within seconds or fails, as do all later ones.
 */
export function hurryAfter(storage: Storage, signal: AbortSignal | undefined): Storage {
  return signal === undefined ? storage : (storage.withSignal?.(signal, 'hurry') ?? storage);
}
