/** What the `WAPE` column of an accuracy-metrics-values file holds. */
export type WapeMeaning = 'sum' | 'ratio' | 'unknown';

/** Rows on which the meaning was judged. */
export interface WapeEvidence {
  /** Rows with finite, positive RMSE and a finite WAPE. */
  readonly rows: number;
  /** Rows that can be the plain sum. */
  readonly canBeSum: number;
  /** Rows among them judged with a known number of steps. */
  readonly withSteps: number;
}

/** Relative slack for figures that were rounded on their way. */
const slack = 1e-9;

/**
 * Gathers evidence row by row. Over n errors ‖e‖₂ ≤ ‖e‖₁ ≤ √n ‖e‖₂, so a plain sum Σ|y−m| lies between √n · RMSE and
 * n · RMSE; with n unknown it is at least RMSE. A ratio is bound by nothing of the kind.
 */
export class WapeJudge {
  #rows = 0;
  #canBeSum = 0;
  #withSteps = 0;

  /** `steps` is undefined where unknown. */
  add(wape: number, rmse: number, steps: number | undefined): void {
    if (!Number.isFinite(wape) || !Number.isFinite(rmse) || rmse <= 0) return;
    this.#rows++;
    if (steps !== undefined) this.#withSteps++;
    const least = Math.sqrt(steps ?? 1) * rmse * (1 - slack);
    const most = steps === undefined ? Number.POSITIVE_INFINITY : steps * rmse * (1 + slack);
    if (wape >= least && wape <= most) this.#canBeSum++;
  }

  merge(evidence: WapeEvidence): void {
    this.#rows += evidence.rows;
    this.#canBeSum += evidence.canBeSum;
    this.#withSteps += evidence.withSteps;
  }

  get evidence(): WapeEvidence {
    return { rows: this.#rows, canBeSum: this.#canBeSum, withSteps: this.#withSteps };
  }

  /**
   * `sum` where every row can be one and every row's steps were known; `ratio` where fewer than half of the rows can be
   * a sum (a ratio fits the bounds by chance only); else `unknown`.
   */
  get meaning(): WapeMeaning {
    if (this.#rows === 0) return 'unknown';
    if (this.#canBeSum * 2 < this.#rows) return 'ratio';
    return this.#canBeSum === this.#rows && this.#withSteps === this.#rows ? 'sum' : 'unknown';
  }
}
