let told = false;

/**
 * Tells once that work which would use several threads is done by one, and why, as a warning on the console. The results are
 * the same for any number of threads, so that they have no place for it.
 */
export function tellOfOneThread(reason: string): void {
  if (told) return;
  told = true;
  // eslint-disable-next-line no-console -- a page has no other place that is seen without listening for it
  console.warn(
    `backtest-export works on one thread: ${reason}. The results are the same. See "Workers" in its docs/browser.md; threads: 1 asks for one thread.`,
  );
}
