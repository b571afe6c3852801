/** What is wrong with a state that somebody else has kept or sent: caught by whoever reads it, who knows where it is from. */
export class StateFault extends Error {
  override readonly name = 'StateFault';
}

/** Refuses a state. @throws {@link StateFault} */
export function refuseState(problem: string): never {
  throw new StateFault(problem);
}

/** Most rows of a state, and of all that are merged: then no sum of a kernel can overflow. */
export const mostRows: number = 2 ** 41;

/** Whether a number can be a count of rows. */
export function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= mostRows;
}

/** Whether a number is an instant that a Date can have, in milliseconds. */
export function isInstant(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= 8.64e15;
}
