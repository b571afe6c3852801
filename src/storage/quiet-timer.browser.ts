/** Calls `act` after a time in milliseconds. Returns what stops it. */
export function startQuietTimer(milliseconds: number, act: () => void): () => void {
  const timer = setTimeout(act, milliseconds);
  return () => clearTimeout(timer);
}
