/** The tasks of converting, in one module: a file of the package for both. */
export { convertSliceTask } from './convert-slice.ts';
export { convertUnitTask } from './convert-unit.ts';
