import { BacktestExportError, quoteText } from '../../errors.ts';
import type { ColumnSchema } from '../../schema/schema.ts';

/**
 * A batch of rows by columns, between a decoder and whatever consumes it. It is borrowed: its arrays are views of the
 * decoder's memory, valid until the next batch is asked for. What leaves the front door is an owned Arrow
 * `RecordBatch` (see `gatherRows`) or a plain row.
 */
export interface ColumnBatch {
  /** Rows in this batch, at least 1. */
  readonly rows: number;
  /** Number of the first row in its part, from 1. */
  readonly firstRecord: number;
  /** The asked-for columns by name, in the asked-for order. */
  readonly columns: ReadonlyMap<string, Column>;
}

/** One column of a batch. */
export type Column = NumberColumn | TimeColumn | TextColumn;

/** State of a number cell: there is one. */
export const stateValue = 0;
/** State of a number or time cell: the cell is empty. */
export const stateNull = 1;
/** State of a number cell: the text `not defined`. */
export const stateNotDefined = 2;

/** Doubles. Where `states[row]` is not {@link stateValue}, `values[row]` is NaN. A stored NaN has state value. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
  /** Per row {@link stateValue}, {@link stateNull} or {@link stateNotDefined}. */
  readonly states: Uint8Array;
}

/** Instants. */
export interface TimeColumn {
  readonly kind: 'time';
  /** Milliseconds since 1970-01-01T00:00:00Z; NaN where the cell is empty. */
  readonly values: Float64Array;
  /** Per row {@link stateValue} or {@link stateNull}. */
  readonly states: Uint8Array;
  /** Bits of the spellings found so far in the part, see `schema/time-text`. */
  readonly spellings: number;
}

/** Text through a dictionary of this batch's distinct values, in order of first appearance. Empty text is a value. */
export interface TextColumn {
  readonly kind: 'text';
  /** Per row an index into the dictionary. */
  readonly codes: Int32Array;
  readonly dictionary: TextDictionary;
}

/** Distinct texts of one column of one batch, as UTF-8. */
export interface TextDictionary {
  readonly size: number;
  /** `size + 1` offsets into `bytes`. */
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
}

/** The batch's column for a column of the schema. @throws `COLUMN_UNKNOWN` when there is none of its kind. */
export function columnOf(batch: ColumnBatch, { name, kind }: ColumnSchema): Column {
  const column = batch.columns.get(name);
  if (column?.kind === kind) return column;
  const found = column === undefined ? 'none' : `one of kind ${column.kind}`;
  throw new BacktestExportError('COLUMN_UNKNOWN', `expected a ${kind} column ${quoteText(name)}, found ${found}`);
}
