/** What is called when a signal fires; of each signal with any, one listener. */
const calls = new WeakMap<AbortSignal, { readonly acts: Set<() => void>; readonly listener: () => void }>();

/**
 * Calls `act` when the signal fires, unless the returned function was called before. All that wait for one signal share one
 * listener of it: Node warns of a leak where there are more than ten, and a program may give one signal to any number of
 * calls.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const own = (): void => act(); // the same function twice is two calls
  const known = calls.get(signal) ?? listenTo(signal);
  const { acts, listener } = known;
  acts.add(own);
  return () => {
    if (!acts.delete(own) || acts.size > 0 || calls.get(signal) !== known) return;
    calls.delete(signal);
    signal.removeEventListener('abort', listener);
  };
}

function listenTo(signal: AbortSignal): { readonly acts: Set<() => void>; readonly listener: () => void } {
  const acts = new Set<() => void>();
  const listener = (): void => {
    calls.delete(signal);
    for (const act of acts) act();
  };
  const made = { acts, listener };
  calls.set(signal, made);
  signal.addEventListener('abort', listener, { once: true });
  return made;
}
