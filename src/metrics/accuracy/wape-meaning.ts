import { parseFrequency, stepOf, type Frequency } from '../../schema/frequency.ts';

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
  /**
   * The frequency by which the others were judged: among those that fit their windows, the one by which most of them
   * are sums; null where there are no other rows, or no frequency fits.
   */
  readonly frequency: string | null;
}

/** What a judge hands over: plain data. */
export interface WapeState {
  /** Rows judged by a known number of steps. */
  readonly known: Tally;
  /** The others, and those of them that can be a sum of any number of errors. */
  readonly others: Tally;
  /** The others by each frequency that was tried: those that have whole steps by it, and those that can be a sum then. */
  readonly tried: readonly Tally[];
}

/** Rows that were judged, and those of them that can be a sum. */
export interface Tally {
  rows: number;
  canBeSum: number;
}

/** A backtest window, and how many steps it has where that is known. */
export interface JudgedWindow {
  readonly start: number;
  readonly end: number;
  readonly steps?: number | undefined;
}

/** How many steps a window has: the known number, else that by each frequency that is tried, 0 where it does not fit. */
export interface WindowLengths {
  readonly known: number | undefined;
  readonly tried: readonly number[];
}

/** Relative tolerance for figures that were rounded on the way. */
const slack = 1e-9;

/** The frequencies that are tried where none is known: those that Forecast had from the start, coarse ones first. */
const triedFrequencies: readonly Frequency[] = 'Y M W D H 30min 15min 10min 5min 1min'
  .split(' ')
  .flatMap((text) => parseFrequency(text) ?? []);

/** How many frequencies a {@link WapeState} has. */
export const triedCount: number = triedFrequencies.length;

/**
 * Gathers evidence row by row. Over n errors ‖e‖₂ ≤ ‖e‖₁ ≤ √n ‖e‖₂, so a plain sum Σ|y−m| lies between √n · RMSE and
 * n · RMSE. A ratio has no such bounds. Where the frequency is unknown, n is derived from the window's length by each
 * frequency that Forecast supports; all rows must then be sums by the same one.
 */
export class WapeJudge {
  #known: Tally = { rows: 0, canBeSum: 0 };
  #others: Tally = { rows: 0, canBeSum: 0 };
  #tried: Tally[] = triedFrequencies.map(() => ({ rows: 0, canBeSum: 0 }));
  readonly #lengths = new KnownLengths();

  add(wape: number, rmse: number, window: JudgedWindow): void {
    this.addTo(this.measure(window), wape, rmse);
  }

  /** The lengths of a window, to be computed once for all its rows. */
  measure({ start, end, steps }: JudgedWindow): WindowLengths {
    const known = start === end ? 1 : steps;
    return { known, tried: known === undefined ? this.#lengths.of(start, end) : [] };
  }

  /** {@link add} for a measured window. */
  addTo({ known, tried }: WindowLengths, wape: number, rmse: number): void {
    if (!Number.isFinite(wape) || !Number.isFinite(rmse) || rmse <= 0) return;
    if (known !== undefined) {
      count(this.#known, canBeSum(wape, rmse, known));
      return;
    }
    count(this.#others, wape >= rmse * (1 - slack));
    for (let index = 0; index < tried.length; index++) {
      const length = tried[index] ?? 0;
      const tally = this.#tried[index];
      if (tally !== undefined && length > 0) count(tally, canBeSum(wape, rmse, length));
    }
  }

  /** {@link add} for some rows of a measured window. */
  addRows(lengths: WindowLengths, wapes: Float64Array, rmses: Float64Array, rows: Int32Array): void {
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index] ?? 0;
      this.addTo(lengths, wapes[row] ?? Number.NaN, rmses[row] ?? Number.NaN);
    }
  }

  export(): WapeState {
    return {
      known: { ...this.#known },
      others: { ...this.#others },
      tried: this.#tried.map((tally) => ({ ...tally })),
    };
  }

  merge(state: WapeState): void {
    merge(this.#known, state.known);
    merge(this.#others, state.others);
    for (const [index, tally] of this.#tried.entries()) {
      const other = state.tried[index];
      if (other !== undefined) merge(tally, other);
    }
  }

  get evidence(): WapeEvidence {
    const best = this.#best();
    const others = best === undefined ? this.#others.canBeSum : (this.#tried[best]?.canBeSum ?? 0);
    return {
      rows: this.#known.rows + this.#others.rows,
      canBeSum: this.#known.canBeSum + others,
      withSteps: this.#known.rows,
      frequency: best === undefined ? null : (triedFrequencies[best]?.text ?? null),
    };
  }

  /**
   * `sum` where every row can be one, by its known steps or by one frequency that fits all the others; `ratio` where fewer
   * than half of the rows can be a sum (a ratio fits the bounds by chance only); else `unknown`.
   */
  get meaning(): WapeMeaning {
    const { rows, canBeSum: sums, withSteps, frequency } = this.evidence;
    if (rows === 0) return 'unknown';
    if (sums * 2 < rows) return 'ratio';
    return sums === rows && (withSteps === rows || frequency !== null) ? 'sum' : 'unknown';
  }

  /** Among the frequencies that fit all windows without known steps, the one by which most rows can be sums. */
  #best(): number | undefined {
    let best: number | undefined;
    for (const [index, { rows, canBeSum: sums }] of this.#tried.entries()) {
      if (rows === 0 || rows < this.#others.rows) continue;
      if (best === undefined || sums > (this.#tried[best]?.canBeSum ?? 0)) best = index;
    }
    return best;
  }
}

function canBeSum(wape: number, rmse: number, steps: number): boolean {
  return wape >= Math.sqrt(steps) * rmse * (1 - slack) && wape <= steps * rmse * (1 + slack);
}

function count(tally: Tally, can: boolean): void {
  tally.rows++;
  if (can) tally.canBeSum++;
}

function merge(tally: Tally, other: Tally): void {
  tally.rows += other.rows;
  tally.canBeSum += other.canBeSum;
}

/** How many steps a backtest window has by each of {@link triedFrequencies}; computed once per window. */
class KnownLengths {
  readonly #known = new Map<number, Map<number, readonly number[]>>();

  /** 0 for a frequency that does not lead from the start to the end. */
  of(start: number, end: number): readonly number[] {
    let byEnd = this.#known.get(start);
    if (byEnd === undefined) this.#known.set(start, (byEnd = new Map()));
    let lengths = byEnd.get(end);
    if (lengths === undefined) {
      lengths = triedFrequencies.map((frequency) => stepOf(frequency, start, end) ?? 0);
      byEnd.set(end, lengths);
    }
    return lengths;
  }
}
