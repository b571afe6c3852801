// one file of the package, since both load little more than what opens an export
export { head } from './head.ts';
export { inspect } from './inspect.ts';
