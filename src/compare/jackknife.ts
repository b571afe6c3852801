import { ExactSum } from '../metrics/base/exact-sum.ts';
import type { Interval } from './result.ts';
import { studentQuantile } from './student.ts';

/** Fewer items say too little about others. */
const fewestItems = 10;

/**
 * The confidence interval of a figure from what leaving out each item changes it by: the jackknife (M. H. Quenouille, "Notes on
 * Bias in Estimation", Biometrika 43, 1956; B. Efron and C. Stein, "The Jackknife Estimate of Variance", Annals of Statistics 9,
 * 1981). All rows of an item are left out together, in all windows and exports, so that errors may be correlated within it.
 *
 * The variance is (n−1)/n Σ δ². Its degrees of freedom are estimated from how unequal the δ are, 2 S² / (Σ δ⁴ − S²/n) with S = Σ δ²
 * and at most n − 1 (F. E. Satterthwaite, "An Approximate Distribution of Estimates of Variance Components", Biometrics
 * Bulletin 2, 1946): with a few large items among many small ones there are fewer than items.
 * `test/compare/jackknife.test.ts` finds the true difference within the interval about as often as it should be.
 */
export class Jackknife {
  readonly #squares = new ExactSum();
  readonly #fourths = new ExactSum();
  #items = 0;
  #isFinite = true;

  /** Adds an item: the figure without it less the figure with it. */
  add(delta: number): void {
    this.#items++;
    const square = delta * delta;
    if (!Number.isFinite(square * square)) this.#isFinite = false;
    else {
      this.#squares.add(square);
      this.#fourths.add(square * square);
    }
  }

  /** The interval around a figure; null with fewer than ten items, or where a number is out of range. */
  around(figure: number): Interval | null {
    const items = this.#items;
    if (items < fewestItems || !this.#isFinite) return null;
    const squares = this.#squares.round();
    const spread = this.#fourths.round() - (squares * squares) / items;
    const degrees = spread > 0 ? Math.max(2, Math.min(items - 1, (2 * squares * squares) / spread)) : items - 1;
    const half = studentQuantile(degrees) * Math.sqrt(((items - 1) / items) * squares);
    const [lower, upper] = [figure - half, figure + half];
    return Number.isFinite(lower) && Number.isFinite(upper) ? { lower, upper } : null;
  }
}
