import { getEventListeners } from 'node:events';

/**
 * Controllers that nobody aborted, for the next work on this thread. In Node 20 every `AbortSignal` has a hidden class of its own,
 * and optimized code that meets a new one is thrown away: the loops that read a part were compiled again in each of the
 * first five calls, on every thread.
 */
const unused: AbortController[] = [];
/** More work at the same time is rare. */
const mostUnused = 4;

/** A controller that has not been aborted. Give it back when nothing works with its signal any more. */
export function takeController(): AbortController {
  return unused.pop() ?? new AbortController();
}

/** Takes a controller back, which is used again unless it was aborted or somebody still listens to its signal. */
export function giveBackController(controller: AbortController): void {
  const { signal } = controller;
  if (signal.aborted || unused.length >= mostUnused || getEventListeners(signal, 'abort').length > 0) return;
  unused.push(controller);
}
