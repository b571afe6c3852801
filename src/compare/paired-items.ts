import { relativeDifference } from '../batch/columns/relative-difference.ts';
import { Jackknife } from './jackknife.ts';
import type { MeasuredMetric } from './item-measures.ts';
import type { ItemTable } from './item-table.ts';
import type { PairedDifference } from './result.ts';

/** Figures of an item that differ by less are as good as each other: sums of its windows are rounded. */
const tolerance = 1e-12;

/** Another export against the first by one metric, item by item. */
export class PairedItems {
  readonly #metric: MeasuredMetric;
  readonly #jackknife = new Jackknife();
  #won = 0;
  #lost = 0;
  #tied = 0;
  #isWhole = true;

  constructor(metric: MeasuredMetric) {
    this.#metric = metric;
  }

  /** Adds the items of a share, which both exports have. */
  add(first: ItemTable, other: ItemTable): void {
    const metric = this.#metric;
    this.#isWhole &&= first.isWhole(metric) && other.isWhole(metric);
    for (const [item, at] of first.numbers) {
      const partner = other.numbers.get(item);
      if (partner === undefined) throw new RangeError('an item of common rows is in one export alone');
      this.#judge(first.figureOf(at, metric), other.figureOf(partner, metric));
      if (!first.enters(at, metric) && !other.enters(partner, metric)) continue;
      this.#jackknife.add(other.changeOf(partner, metric) - first.changeOf(at, metric));
    }
  }

  /** What came of it, around the difference over all windows. */
  finish(difference: number | null): Omit<PairedDifference, 'export'> {
    const interval = difference === null || !this.#isWhole ? null : this.#jackknife.around(difference);
    return { difference, interval, won: this.#won, lost: this.#lost, tied: this.#tied };
  }

  #judge(first: number, other: number): void {
    const { errorOf } = this.#metric.metric;
    const [base, error] = [errorOf(first), errorOf(other)];
    if (Number.isNaN(base) || Number.isNaN(error)) return;
    if (relativeDifference(base, error) <= tolerance) this.#tied++;
    else if (error < base) this.#won++;
    else this.#lost++;
  }
}
