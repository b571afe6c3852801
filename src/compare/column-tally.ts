import { relativeDifference } from '../batch/columns/relative-difference.ts';
import { stateNotDefined, stateNull, type NumberColumn } from '../batch/columns/column-batch.ts';
import type { RecordPlace } from '../export/parts/locate-rows.ts';
import { notDefined } from '../schema/number-text.ts';
import { FirstPlaces } from './first-places.ts';
import type { CellDifference } from './result.ts';
import type { RowSource } from './row-cursor.ts';

/** A difference before its places are found. */
export interface RawDifference extends Omit<CellDifference, 'column' | 'placeA' | 'placeB'> {
  readonly recordA: RecordPlace;
  readonly recordB: RecordPlace;
}

/** Counts how one column of numbers differs. */
export class ColumnTally {
  count = 0;
  kinds = 0;
  tolerated = 0;
  greatest: RawDifference | undefined;
  readonly places: FirstPlaces<RawDifference>;
  readonly #index: number;
  readonly #tolerance: number;
  #greatestOrder = 0;

  constructor(index: number, tolerance: number, places: number) {
    this.#index = index;
    this.#tolerance = tolerance;
    this.places = new FirstPlaces(places);
  }

  /** Compares `count` cells; marks in `different` those that differ. */
  compare(a: RowSource, rowA: number, b: RowSource, rowB: number, count: number, different: Uint8Array): void {
    const one = a.numbers[this.#index];
    const other = b.numbers[this.#index];
    if (one === undefined || other === undefined) return;
    const [valuesA, valuesB] = [one.values, other.values];
    for (let step = 0; step < count; step++) {
      const value = valuesA[rowA + step];
      // a zero may have the other sign, and NaN may be an empty cell: both are compared by bits and state
      if (value === valuesB[rowB + step] && value !== 0) continue;
      if (isSameCell(one, rowA + step, other, rowB + step)) continue;
      if (this.#note(a, rowA + step, b, rowB + step, one, other)) different[step] = 1;
    }
  }

  /** Adds the counts of another tally of the same column. */
  merge(other: ColumnTally): void {
    this.count += other.count;
    this.kinds += other.kinds;
    this.tolerated += other.tolerated;
    this.places.merge(other.places);
    if (other.greatest !== undefined) this.#offer(other.greatest, other.#greatestOrder);
  }

  /** Records two cells whose bits differ; returns whether that counts as a difference. */
  #note(a: RowSource, rowA: number, b: RowSource, rowB: number, one: NumberColumn, other: NumberColumn): boolean {
    const valueA = one.values[rowA] ?? Number.NaN;
    const valueB = other.values[rowB] ?? Number.NaN;
    const finite = Number.isFinite(valueA) && Number.isFinite(valueB);
    const absolute = finite ? Math.abs(valueA - valueB) : null;
    const relative = finite ? relativeDifference(valueA, valueB) : null;
    const tolerated = this.#tolerance > 0 && relative !== null && relative <= this.#tolerance;
    if (tolerated) this.tolerated++;
    else this.count++;
    if (relative === null) this.kinds++;
    const order = a.ordinalOf(rowA);
    const isPlace = !tolerated && this.places.wants(order);
    const isGreatest = relative !== null && this.#exceeds(relative, order);
    if (isPlace || isGreatest) {
      const difference: RawDifference = {
        a: cellOf(one, rowA),
        b: cellOf(other, rowB),
        relative,
        absolute,
        key: a.keyOf(rowA),
        recordA: a.recordOf(rowA),
        recordB: b.recordOf(rowB),
      };
      if (isPlace) this.places.add(order, difference);
      if (isGreatest) this.#offer(difference, order);
    }
    return !tolerated;
  }

  #exceeds(relative: number, order: number): boolean {
    const most = this.greatest?.relative ?? -1;
    return relative > most || (relative === most && order < this.#greatestOrder);
  }

  #offer(difference: RawDifference, order: number): void {
    if (!this.#exceeds(difference.relative ?? -1, order)) return;
    this.greatest = difference;
    this.#greatestOrder = order;
  }
}

/** Whether two cells have the same bits and state; cells of columns that neither side has do. */
export function isSameCell(
  a: NumberColumn | undefined,
  rowA: number,
  b: NumberColumn | undefined,
  rowB: number,
): boolean {
  return a?.states[rowA] === b?.states[rowB] && Object.is(a?.values[rowA], b?.values[rowB]);
}

function cellOf({ values, states }: NumberColumn, row: number): number | string | null {
  if (states[row] === stateNull) return null;
  return states[row] === stateNotDefined ? notDefined : (values[row] ?? Number.NaN);
}
