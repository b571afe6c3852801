/** What statistics must say of cells, found cell by cell; texts in the order of their bytes. */
export interface SlowBounds {
  readonly nulls: number;
  readonly nans: number;
  /** Undefined where no cell has a value, or one is NaN. */
  readonly least: number | string | undefined;
  readonly greatest: number | string | undefined;
}

/** Looks at cells; null and `not defined` are none. */
export function slowBounds(cells: readonly (number | string | null)[], kind: 'text' | 'time' | 'number'): SlowBounds {
  const values = cells.filter((cell) => cell !== null && (kind === 'text' || cell !== 'not defined'));
  const nans = values.filter((value) => Number.isNaN(value)).length;
  const nulls = cells.length - values.length;
  if (values.length === 0 || nans > 0) return { nulls, nans, least: undefined, greatest: undefined };
  let [least, greatest] = [values[0]!, values[0]!];
  for (const value of new Set(values)) {
    if (slowCompare(value!, least) < 0) least = value!;
    if (slowCompare(value!, greatest) > 0) greatest = value!;
  }
  return { nulls, nans, least, greatest };
}

/** Less than 0 where a cell comes before another in the order of its kind; both zeros are one value. */
export function slowCompare(one: number | string, other: number | string): number {
  if (typeof one === 'string') return Buffer.compare(Buffer.from(one), Buffer.from(String(other)));
  return one < Number(other) ? -1 : one > Number(other) ? 1 : 0;
}

/** The bytes of a bound: a cell in PLAIN, texts of more than 64 bytes only as far as a bound of theirs may be long. */
export function slowBoundBytes(value: number | string, kind: 'text' | 'time' | 'number', end: 'min' | 'max'): Buffer {
  const bytes = Buffer.alloc(8);
  if (kind === 'number') bytes.writeDoubleLE(value === 0 ? (end === 'min' ? -0 : 0) : Number(value));
  else if (kind === 'time') bytes.writeBigInt64LE(BigInt(value));
  else return Buffer.from(String(value));
  return bytes;
}

/** By how many of the columns the rows are sorted, each rising: each row compared with the next. */
export function slowSorted(rows: readonly (readonly (number | string | null)[])[], columns: number): number {
  let depth = columns;
  for (let row = 1; row < rows.length; row++) {
    for (let column = 0; column < depth; column++) {
      const [before, cell] = [rows[row - 1]![column]!, rows[row]![column]!];
      const order = before === null || cell === null ? 1 : slowCompare(before, cell);
      if (order > 0) depth = column;
      if (order !== 0) break;
    }
  }
  return depth;
}
