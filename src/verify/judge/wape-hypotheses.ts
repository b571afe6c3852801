import { relativeDifference } from '../../batch/columns/relative-difference.ts';
import { WapeJudge, type JudgedWindow, type WapeMeaning } from '../../metrics/accuracy/wape-meaning.ts';
import type { VerificationPlan } from '../base/plan.ts';
import { MetricTracker } from './arithmetic.ts';

/**
 * The WAPE cells, compared with both of its meanings, since a file does not say which it has: the plain sum of
 * errors, or their ratio to the actuals. The meaning that fits more cells is the file's; a cell of the other one counts as different.
 */
export class WapeHypotheses {
  readonly #sum: MetricTracker;
  readonly #ratio: MetricTracker;
  readonly #bounds = new WapeJudge();
  readonly #tolerance: number;
  #onlySum = 0;
  #onlyRatio = 0;

  constructor(column: string, order: number, options: Pick<VerificationPlan, 'tolerance' | 'maxPlaces'>) {
    this.#tolerance = options.tolerance;
    this.#sum = new MetricTracker('COMPUTED_DIFFERS', column, order, options);
    this.#ratio = new MetricTracker('COMPUTED_DIFFERS', column, order, options);
  }

  add(sum: number, ratio: number, found: number, file: number, record: number): void {
    this.#sum.add(sum, found, file, record);
    this.#ratio.add(ratio, found, file, record);
    const isSum = relativeDifference(sum, found) <= this.#tolerance;
    const isRatio = relativeDifference(ratio, found) <= this.#tolerance;
    if (isSum && !isRatio) this.#onlySum++;
    if (isRatio && !isSum) this.#onlyRatio++;
  }

  /** A row whose WAPE cannot be recomputed: the bounds of RMSE may still decide. */
  addBounds(wape: number, rmse: number, window: JudgedWindow): void {
    this.#bounds.add(wape, rmse, window);
  }

  get meaning(): WapeMeaning {
    if (this.#onlySum > this.#onlyRatio) return 'sum';
    if (this.#onlyRatio > this.#onlySum) return 'ratio';
    return this.#bounds.meaning;
  }

  /** The cells by the file's meaning; where that is unknown, by the meaning that fits more of them. */
  get tracker(): MetricTracker {
    const { meaning } = this;
    if (meaning !== 'unknown') return meaning === 'sum' ? this.#sum : this.#ratio;
    return this.#sum.differ <= this.#ratio.differ ? this.#sum : this.#ratio;
  }
}
