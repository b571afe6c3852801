import { addToWindows } from '../add-to-windows.ts';
import { GroupTable } from '../group-table.ts';
import type { GroupingPlan } from '../grouping-plan.ts';
import { MetricsKernel } from '../kernel/kernel.ts';
import {
  allGroups,
  exportRecords,
  mergeAcross,
  mergeRecords,
  runSteps,
  type Records,
  type RecordsState,
} from '../records.ts';

/**
 * The exact sums of each window, of groups that are no longer held. In a kernel of their own, as the memory of the groups is
 * taken back again and again; it is taken when something is added.
 */
export class WindowTotals {
  readonly #plan: GroupingPlan;
  #held: Records | undefined;

  constructor(plan: GroupingPlan) {
    this.#plan = plan;
  }

  /** Adds groups to their windows: by window first, in their own kernel, so that few records cross to this one. */
  add({ kernel, groups }: Records, numbers: Uint32Array): void {
    const mark = kernel.mark();
    const sums = new Map<number, number>();
    addToWindows({ kernel, groups }, numbers, sums);
    const totals = this.#own();
    for (const [window, sum] of sums) {
      const total = totals.groups.find(Int32Array.of(window), 0, -1);
      mergeAcross(kernel, sum, totals.kernel, totals.groups.addresses[total] ?? 0);
    }
    kernel.release(mark);
  }

  /** The record of each window, and the kernel that holds it. */
  *records(): Generator<readonly [window: number, { readonly kernel: MetricsKernel; readonly address: number }]> {
    if (this.#held === undefined) return;
    const { kernel, groups } = this.#held;
    for (let group = 0; group < groups.size; group++) {
      yield [groups.keys[group] ?? 0, { kernel, address: groups.addresses[group] ?? 0 }];
    }
  }

  /** All of them as plain data; undefined where there are none. */
  export(): RecordsState | undefined {
    return this.#held && runSteps(exportRecords(this.#held, allGroups(this.#held.groups)));
  }

  /** Adds those of another, whose windows have other numbers. */
  merge(state: RecordsState, windowIds: Int32Array): void {
    runSteps(mergeRecords(this.#own(), state, [windowIds]));
  }

  /** Frees the memory. */
  free(): void {
    this.#held?.kernel.free();
    this.#held = undefined;
  }

  #own(): Records {
    if (this.#held === undefined) {
      const kernel = new MetricsKernel(this.#plan.shape);
      this.#held = { kernel, groups: new GroupTable(kernel, 1, undefined) };
    }
    return this.#held;
  }
}
