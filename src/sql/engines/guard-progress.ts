import type { QueryOptions } from './engine.ts';

/**
 * The options of a statement whose progress function may throw: engines call it in timers of their own, where nothing catches its
 * error. The signal of the result fires with that error instead, as well as with the given signal. Whoever runs the statement
 * looks at that signal once more at its end.
 */
export function guardProgress({ signal, onProgress }: QueryOptions): QueryOptions {
  if (onProgress === undefined) return { signal };
  const failed = new AbortController();
  const signals = signal === undefined ? [failed.signal] : [signal, failed.signal];
  return {
    signal: AbortSignal.any(signals),
    onProgress: (progress) => {
      try {
        onProgress(progress);
      } catch (error) {
        failed.abort(error);
      }
    },
  };
}
