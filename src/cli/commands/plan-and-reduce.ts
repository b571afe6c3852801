/** Two commands of which each needs most of what the other does: one file of the package. */
export { planCommand } from './plan.ts';
export { reduceCommand } from './reduce.ts';
