import { clearTimeout, setTimeout } from 'node:timers';

/** Calls `act` after a time in milliseconds, unless the process ends before, which the timer does not prevent. Returns what stops it. */
export function startQuietTimer(milliseconds: number, act: () => void): () => void {
  const timer = setTimeout(act, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
