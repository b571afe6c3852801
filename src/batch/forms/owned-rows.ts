/**
 * Rows by columns in the layout of Arrow, owned by whoever holds them: plain data, which another thread can be sent
 * without copying it (see {@link transferOf}), and of which `ArrowBuilder` makes record batches. No more rows than texts
 * of at most 2 GiB in a column.
 */
export interface OwnedRows {
  /** At least 1. */
  readonly rows: number;
  /** The asked-for columns, in the asked-for order. */
  readonly columns: readonly OwnedColumn[];
}

/** One column of {@link OwnedRows}. */
export type OwnedColumn = OwnedNumbers | OwnedTimes | OwnedTexts;

/** Which cells hold a value; empty cells and `not defined` are null. */
export interface Validity {
  readonly nulls: number;
  /** A bit for each row, set where there is a value, the lowest bit of a byte first; undefined where no cell is null. */
  readonly validity: Uint8Array | undefined;
}

/** Doubles; NaN where null. */
export interface OwnedNumbers extends Validity {
  readonly kind: 'number';
  readonly values: Float64Array;
}

/** Milliseconds since 1970-01-01T00:00:00Z; 0 where null. */
export interface OwnedTimes extends Validity {
  readonly kind: 'time';
  readonly values: BigInt64Array;
}

/** Text through a dictionary; empty text is a value. */
export interface OwnedTexts {
  readonly kind: 'text';
  /** Per row an index into the dictionary. */
  readonly codes: Int32Array;
  readonly dictionary: OwnedDictionary;
}

/** Texts as UTF-8, one after another. */
export interface OwnedDictionary {
  readonly size: number;
  /** `size + 1` offsets into `bytes`. */
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
}

/** The buffers of rows, to move them to another thread. */
export function transferOf({ columns }: OwnedRows): ArrayBuffer[] {
  return columns.flatMap((column) => arraysOf(column).map((array) => array.buffer as ArrayBuffer));
}

function arraysOf(column: OwnedColumn): { readonly buffer: ArrayBufferLike }[] {
  if (column.kind === 'text') return [column.codes, column.dictionary.offsets, column.dictionary.bytes];
  return column.validity === undefined ? [column.values] : [column.values, column.validity];
}
