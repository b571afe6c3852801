import { addSteps, type Frequency } from '../../schema/frequency.ts';
import { firstIndex } from '../base/first-index.ts';
import { historyValue as layout } from './record-fields.ts';
import type { Records } from './series-records.ts';

/** How MASE is checked; undefined or null where it is not. */
interface SeasonPlan {
  readonly season: number | undefined;
  readonly frequency: Frequency | null;
}

/** The training history of one series. Evaluated when first needed, once for all windows. */
export class SeriesHistory {
  readonly #doubles: Float64Array;
  readonly #values: readonly number[];
  readonly #plan: SeasonPlan;
  #sums: Float64Array | undefined;

  /** `values` are the offsets of the history, by time. */
  constructor({ doubles }: Records, values: readonly number[], plan: SeasonPlan) {
    this.#doubles = doubles;
    this.#values = values;
    this.#plan = plan;
  }

  /**
   * The denominator of MASE: the mean of |Y_t − Y_(t−s)| over the training history before a window, `season` steps apart.
   * @returns `HISTORY_INCOMPLETE` where the history has gaps or repeats, ends before the window, or has no more
   * values than a season; `HISTORY_FLAT` where it never changes; undefined where MASE is not checked.
   */
  seasonalChange(windowStart: number): number | 'HISTORY_INCOMPLETE' | 'HISTORY_FLAT' | undefined {
    const { season, frequency } = this.#plan;
    if (season === undefined || frequency === null) return undefined;
    const count = firstIndex(this.#values.length, (index) => this.#timeOf(index) >= windowStart);
    this.#sums ??= this.#addUp(season, frequency);
    if (count <= season || count > this.#sums.length) return 'HISTORY_INCOMPLETE';
    if (addSteps(frequency, this.#timeOf(count - 1), 1) !== windowStart) return 'HISTORY_INCOMPLETE';
    const sum = this.#sums[count - 1] ?? Number.NaN;
    if (!Number.isFinite(sum)) return 'HISTORY_INCOMPLETE';
    return sum === 0 ? 'HISTORY_FLAT' : sum / (count - season);
  }

  /** The sums of changes up to each value, as far as the history has no gap. */
  #addUp(season: number, frequency: Frequency): Float64Array {
    const sums = new Float64Array(this.#values.length);
    let sum = 0;
    for (let index = 0; index < sums.length; index++) {
      if (index > 0 && addSteps(frequency, this.#timeOf(index - 1), 1) !== this.#timeOf(index)) {
        return sums.subarray(0, index);
      }
      if (index >= season) sum += Math.abs(this.#valueOf(index) - this.#valueOf(index - season));
      sums[index] = sum;
    }
    return sums;
  }

  #timeOf(index: number): number {
    return this.#doubles[(this.#values[index] ?? 0) + layout.time] ?? Number.NaN;
  }

  #valueOf(index: number): number {
    return this.#doubles[(this.#values[index] ?? 0) + layout.value] ?? Number.NaN;
  }
}
