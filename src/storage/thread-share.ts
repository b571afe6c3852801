/** How many threads work at the same time, as far as this thread knows; at least 1. */
let threads = 1;

/**
 * Notes how many threads work on the current call, this one included, so that what all of them hold and request from
 * another machine does not grow with their number.
 */
export function setWorkingThreads(count: number): void {
  threads = Math.max(1, count);
}

/** This thread's share of what the process may hold, request or begin at a time; at least 1. */
export function shareOfThread(total: number): number {
  return Math.max(1, Math.floor(total / threads));
}
