let told = false;

/**
 * Tells once that work which would use several threads is done by one, and why. The results are the same for any number of
 * threads, so that they have no place for it, and iterators have no result: Node is told, whose warnings a program can
 * receive (`process.on('warning')`) or silence.
 */
export function tellOfOneThread(reason: string): void {
  if (told) return;
  told = true;
  process.emitWarning(`backtest-export works on one thread: ${reason}`, {
    code: 'BACKTEST_EXPORT_ONE_THREAD',
    detail:
      'The results are the same. See "Bundles and Lambda" in its docs/library.md; threads: 1 asks for one thread.',
  });
}
