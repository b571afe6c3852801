/** The tasks of converting, in one module: a file of the package for all of them. */
export { convertSliceTask } from './convert-slice.ts';
export { convertUnitTask } from './convert-unit.ts';
export { proveSliceTask } from '../export/write/prove-slice.ts';
