/** The dialects that queries are written in. */
export const dialectNames = ['athena', 'trino', 'spark', 'duckdb'] as const;

/** One of {@link dialectNames}. */
export type DialectName = (typeof dialectNames)[number];

/**
 * How an engine's SQL differs from that of the others, as far as terms and checks over `cells` need it. Expressions are given
 * and returned as text. Arguments are put in as they are: an operand that is not a name, a call or a literal has brackets already.
 */
export interface Dialect {
  readonly name: DialectName;
  /** The engine's name for comments and messages. */
  readonly title: string;
  /** A name as a query has it, quoted: nothing in it can end the quotes. */
  readonly quoteName: (name: string) => string;
  /** A text literal: nothing in it can end the quotes. */
  readonly quoteText: (text: string) => string;
  /** A literal of type DOUBLE that is exactly the given finite number, which may be -0. */
  readonly quoteDouble: (value: number) => string;
  /** Whether a DOUBLE is neither NULL, NaN nor infinite: true or false, never NULL. */
  readonly isFinite: (expression: string) => string;
  /** A BIGINT whose bit `position` (0 to 62, a whole number as text) alone is set. */
  readonly bit: (position: string) => string;
  /** How many bits of a BIGINT that is not negative are set, as BIGINT. */
  readonly bitCount: (expression: string) => string;
  /** Aggregate: the bits that are set in any of the BIGINTs; NULL without any. */
  readonly bitOr: (expression: string) => string;
  /**
   * The text of a time of `cells` (milliseconds since 1970, BIGINT), as `2017-06-19 00:00:00`, with a fraction or without; NULL for NULL.
   * For the outermost select list, after grouping: it costs far more than the number.
   */
  readonly timeText: (expression: string) => string;
  /** A text as the answer of a query is to have it: with a second byte-order mark where the client drops one at the beginning. */
  readonly answerText: (expression: string) => string;
  /** The months from 1970-01 to the month of a time of `cells`, negative before it, as BIGINT. */
  readonly monthNumber: (expression: string) => string;
}

/**
 * What `cells` of forecasted-values holds, a row for each record. Times are BIGINT: milliseconds since 1970 in UTC, NULL
 * where the cell is empty or no time. Then `d0`, `d1` … (dimensions, text) and `f0`, `f1` … (DOUBLE, in the order of
 * the schema's `forecastTypes`; NULL where the cell is empty or no number).
 */
export const forecastCells = {
  item: 'item',
  timestamp: 'ts',
  windowStart: 'ws',
  windowEnd: 'we',
  target: 'y',
  /** BIGINT: cells of the row that are neither empty nor what their column should be; fields too many or too few. */
  bad: 'bad',
  /** The row's file, as the engine names it. */
  part: 'part',
} as const;

/**
 * What `cells` of accuracy-metrics-values holds, times as above. Then `d0`, `d1` … and `m0`, `m1` … (DOUBLE, in the order
 * of the schema's metric columns; NULL where the cell is empty, `not defined` or no number).
 */
export const accuracyCells = {
  item: 'item',
  kind: 'kind',
  windowStart: 'ws',
  windowEnd: 'we',
  /** BIGINT: how many metrics of the row are `not defined`. */
  notDefined: 'nd',
  bad: 'bad',
  part: 'part',
} as const;
