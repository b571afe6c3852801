import { stagingPairs } from './kernel/kernel.ts';
import type { Records } from './records.ts';

/**
 * Adds groups to the records of their windows, by number, which are made where there are none; in the staging area, many in one
 * call of the kernel.
 */
export function addToWindows({ kernel, groups }: Records, numbers: Uint32Array, sums: Map<number, number>): void {
  let [window, sum] = [-1, 0];
  for (let from = 0; from < numbers.length; from += stagingPairs) {
    const count = Math.min(stagingPairs, numbers.length - from);
    for (let index = 0; index < count; index++) {
      const group = numbers[from + index] ?? 0;
      const own = groups.keys[group * groups.width] ?? 0;
      if (own !== window) {
        window = own;
        sum = sums.get(window) ?? kernel.allocate(kernel.recordBytes);
        sums.set(window, sum);
      }
      const at = (kernel.staging.runs >>> 2) + 2 * index;
      kernel.u32[at] = sum;
      kernel.u32[at + 1] = groups.addresses[group] ?? 0;
    }
    kernel.mergePairs(count);
  }
}
