/** The tasks of verifying, in one module: a file of the package for all of them. */
export { checkPartTask } from './scan/check-part.ts';
export { hashContentTask } from './scan/hash-content.ts';
export { readSuspectsTask } from './scan/read-suspects.ts';
