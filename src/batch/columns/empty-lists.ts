/**
 * Empty lists that have held something already. The engine compiles code for the kind of elements that a list has; one
 * that is new has small integers, whatever is added to it later, and code that has met only others is dropped and compiled
 * again: a fifth of what a cold summary spent on compiling.
 */

/** An empty list for doubles. */
export function listOfDoubles(): number[] {
  const list = [0.5];
  list.pop();
  return list;
}

/** An empty list for anything but numbers. */
export function listOfObjects<T>(): T[] {
  const list: (T | undefined)[] = [undefined];
  list.pop();
  return list as T[];
}
