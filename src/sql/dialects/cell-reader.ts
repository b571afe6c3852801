import type { StoredType } from './sql-table.ts';

/**
 * How an engine's SQL reads cells. Operands are names of columns, which may be repeated. What is common to all engines is
 * written once, in `number-cells.ts` and `time-cells.ts`.
 */
export interface CellReader {
  /** The type of texts. */
  readonly textType: string;
  /** Whether all of a text is what a pattern says. Patterns are of characters, classes, groups and repetitions alone. */
  readonly matches: (text: string, pattern: string) => string;
  /**
   * Whether a text is of such characters that a cast takes it for a number exactly where this library does, as far as that is
   * quicker than a pattern.
   */
  readonly isPlainNumber: ((text: string) => string) | undefined;
  /** The first group of the first match; no text, or an empty one, where there is none. */
  readonly extract: (text: string, pattern: string) => string;
  /** Days since 1970-01-01 of a DATE, as BIGINT. */
  readonly days: (date: string) => string;
  /** Milliseconds since 1970 in UTC, as BIGINT; NULL where the time has a finer fraction, as far as the engine keeps that. */
  readonly milliseconds: (time: string, stored: StoredType & { readonly kind: 'timestamp' }) => string;
  /** Name and path of the row's file. */
  readonly fileName: string;
  readonly filePath: string;
  /** A text that begins with a byte-order mark, where the engine does not drop the mark. */
  readonly afterMark: ((literal: string) => string) | undefined;
}
