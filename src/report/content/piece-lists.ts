import { FirstFew } from './first-few.ts';
import { roughSums, sumError, type RoughErrors } from './rough-errors.ts';
import {
  compareSeries,
  drawnBest,
  drawnCostliest,
  drawnWorst,
  mostDrawn,
  mostSampled,
  type SeriesKey,
} from './series-plan.ts';

/** What decides whether a series, or a piece of it, is kept. */
export interface PieceMeasure {
  /** Place among the chosen ids; -1 for none. */
  readonly place: number;
  /** Rough sums: see {@link RoughErrors}. */
  readonly sums: Float64Array;
  readonly hash: number;
}

interface Entry<Piece extends SeriesKey> {
  readonly rank: number;
  readonly piece: Piece;
}

/** More than are drawn, since rough sums may order what is nearly equal otherwise than exact ones do. */
const spare = 2;
const sizes = [mostDrawn, drawnCostliest + spare, drawnWorst + spare, drawnBest + spare, mostSampled];

/**
 * The pieces of series that may be drawn: chosen, costliest, worst, best, and the sample in which a median is looked for. Memory:
 * at most 155 pieces, those on their way in and out of the lists included.
 */
export class PieceLists<Piece extends SeriesKey> {
  readonly #errors: RoughErrors;
  readonly #lists: readonly FirstFew<Entry<Piece | SeriesKey>>[];
  /** By list: what the last one that can be kept has; the rank that is looked at. */
  readonly #bars = new Float64Array(sizes.length).fill(Number.POSITIVE_INFINITY);
  readonly #ranks = new Float64Array(sizes.length);

  constructor(errors: RoughErrors) {
    this.#errors = errors;
    this.#lists = sizes.map((most) => new FirstFew<Entry<Piece | SeriesKey>>(most, compareEntries));
  }

  /** Whether a piece may be kept, as far as can be told without its key. About 10 ns. */
  look({ place, sums, hash }: PieceMeasure): boolean {
    const ranks = this.#ranks;
    const badness = this.#errors.badnessOf(sums);
    const error = sums[sumError] ?? 0;
    ranks[0] = place < 0 ? Number.NaN : place;
    ranks[1] = error > 0 ? -error : Number.NaN;
    ranks[2] = -badness;
    ranks[3] = badness;
    ranks[4] = Number.isNaN(badness) ? Number.NaN : hash;
    for (let list = 0; list < ranks.length; list++) if ((ranks[list] ?? 0) <= (this.#bars[list] ?? 0)) return true;
    return false;
  }

  /** Adds the piece that was looked at last to each list that can keep it, for which it is made: once at most. */
  add(key: SeriesKey, make: () => Piece): void {
    let piece: Piece | undefined;
    for (const [index, list] of this.#lists.entries()) {
      const rank = this.#ranks[index] ?? Number.NaN;
      if (Number.isNaN(rank) || !list.accepts({ rank, piece: key })) continue;
      piece ??= make();
      list.add({ rank, piece });
      this.#bars[index] = list.bar?.rank ?? Number.POSITIVE_INFINITY;
    }
  }

  /** The pieces that are kept, each once. */
  list(): Set<Piece> {
    return new Set(this.#lists.flatMap((list) => list.list().map(({ piece }) => piece as Piece)));
  }
}

function compareEntries(a: Entry<SeriesKey>, b: Entry<SeriesKey>): number {
  return a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : compareSeries(a.piece, b.piece);
}

/** A place for the sums of a series. */
export function emptySums(): Float64Array<ArrayBuffer> {
  return new Float64Array(roughSums);
}
