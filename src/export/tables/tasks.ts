/** The tasks of reading tables, in one module: a file of the package for both. */
export { ownedPartTask } from './owned-part-task.ts';
export { ownedPartsTask } from './owned-parts-task.ts';
