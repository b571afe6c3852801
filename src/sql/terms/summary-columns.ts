/**
 * A column of the query that sums forecasted-values, in the order of its SELECT list. A row of its result is one group: the
 * rows of a window, of the keys asked for, and of the forecast types that are left out of them. Numbers of counts and sums are
 * those of a `RecordShape` of `metrics/forecast`, so that a row becomes a record of the kernel.
 */
export type SummaryColumn =
  /** Text of the cell, normalised as far as the dialect does; parsed by the reader of the result. Null where it is empty. */
  | { readonly kind: 'windowStart' | 'windowEnd' | 'timestamp' }
  | { readonly kind: 'item' }
  | { readonly kind: 'dimension'; readonly name: string }
  /** Bit t is set where a row has a finite actual but no finite forecast of type t. */
  | { readonly kind: 'excluded' }
  /** Rows with a cell that is not what its column should be. Anything above 0 refuses the result. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'count'; readonly count: number }
  /** The sum of one level of the ladder of a sum, exact in doubles. The sum is that of its levels. */
  | { readonly kind: 'level'; readonly sum: number; readonly level: number }
  /** Rows whose term is not exactly the sum of its levels. Anything above 0 means that the ladder does not suffice. */
  | { readonly kind: 'rest'; readonly sum: number }
  /** The engine's own SUM(double), for `sums: 'plain'`. */
  | { readonly kind: 'sum'; readonly sum: number };
