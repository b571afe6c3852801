/**
 * Stands for the worker's file that a browser's bundle finds by itself. An address of its own, since bundlers make a second
 * file of the worker wherever its real one is written.
 */
export const packagedWorker: URL = new URL('backtest-export:worker');
