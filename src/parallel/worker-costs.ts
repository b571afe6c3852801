/**
 * What a worker costs, in milliseconds of work on one thread that it must take over to pay for itself. Set to almost 0 only by
 * tests, which have small inputs and want workers nevertheless.
 */
export const workerCosts: { start: number; use: number; slice: number } = {
  /** Starting one, and warming up the code that runs there. */
  start: 60,
  /** Handing an input to one that lives, and taking in its result. */
  use: 1,
  /** Reading a slice of a part apart from the others. */
  slice: 4,
};

/**
 * How many workers pay for work that would take one thread so many milliseconds: of those that live, and of new ones. Each
 * thread's share is at least what a worker costs.
 */
export function workersThatPay(work: number = Infinity): { readonly used: number; readonly started: number } {
  const paid = (cost: number): number => Math.max(0, Math.floor(work / cost) - 1);
  return { used: paid(workerCosts.use), started: paid(workerCosts.start) };
}
