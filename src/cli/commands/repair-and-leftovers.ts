// one file of the package, since both load the writers
export { leftoversCommand } from './leftovers.ts';
export { repairCommand } from './repair.ts';
