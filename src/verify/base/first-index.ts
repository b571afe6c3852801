/**
 * The first of `length` indexes for which `holds` is true, by binary search: it must be true for all that follow. `length`
 * where it is true for none.
 */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
