import type { LadderName } from './ladder.ts';

/**
 * A column of the query that sums forecasted-values, in the order of its SELECT list. A row of its result is one group: the
 * rows of a window, of the keys asked for, and of the forecast types that are left out of them. Numbers of counts and sums are
 * those of a `RecordShape` of `metrics/forecast`, so that a row becomes a record of the kernel.
 *
 * All counts of a record are asked for but two, which follow from `excluded` and `ACTUALS`, since a group has one mask:
 * `EXCLUDED` of a type (all actuals of the group where its bit is set) and `INTERVAL_EXCLUDED` (where the bit of the lower or the
 * upper type is set). So do the sums from `denominators` on: Σ|y| without groups that have the type's bit; Σ|y−m| and Σ(m−y)
 * from under and over.
 */
export type SummaryColumn =
  /** Text of the cell, normalised as far as the dialect does; parsed by the reader of the result. Null where it is empty. */
  | { readonly kind: 'windowStart' | 'windowEnd' | 'timestamp' }
  | { readonly kind: 'item' }
  | { readonly kind: 'dimension'; readonly name: string }
  /** Bit t is set where a row has a finite actual but no finite forecast of type t; 0 where it has no finite actual. */
  | { readonly kind: 'excluded' }
  /** Cells that are not what their column should be. Anything above 0 refuses the result. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'count'; readonly count: number }
  /**
   * The sum of one level of the ladder of a sum, a multiple of 2^exponent and exact in doubles; null where no row has the term. The
   * sum is that of its levels.
   */
  | { readonly kind: 'level'; readonly sum: number; readonly level: number; readonly exponent: number }
  /** Rows with a term of this ladder that is not exactly the sum of its levels. Anything above 0: the ladder does not suffice. */
  | { readonly kind: 'rest'; readonly ladder: LadderName }
  /** The engine's own SUM(double), for `sums: 'plain'`; null where no row has the term. */
  | { readonly kind: 'sum'; readonly sum: number };
