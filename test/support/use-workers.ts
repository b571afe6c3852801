import { workerCosts } from '#src/parallel/worker-costs.js';

/** Lets a test file use worker threads, and read parts in slices, for inputs so small that it would not pay. */
export function useWorkers(): void {
  Object.assign(workerCosts, { start: 1e-9, use: 1e-9, slice: 1e-9 });
}
