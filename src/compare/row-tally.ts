import type { RecordPlace } from '../export/parts/locate-rows.ts';
import type { JoinPlan } from './join-plan.ts';
import { ColumnTally } from './column-tally.ts';
import { FirstPlaces } from './first-places.ts';
import type { RowSource } from './row-cursor.ts';
import type { JoinSink } from './walk-rows.ts';

/** A row of one side alone, before its place is found. */
export interface RawLone {
  readonly key: Record<string, string>;
  readonly record: RecordPlace;
}

/** Counts what two tables have in common and where they differ. */
export class RowTally implements JoinSink {
  common = 0;
  different = 0;
  readonly counts: { a: number; b: number } = { a: 0, b: 0 };
  readonly lone: Readonly<Record<'a' | 'b', FirstPlaces<RawLone>>>;
  readonly columns: readonly ColumnTally[];
  #marks = new Uint8Array(2048);

  constructor(plan: JoinPlan, tolerance: number, places: number) {
    this.columns = plan.a.numbers.map((_, index) => new ColumnTally(index, tolerance, places));
    this.lone = { a: new FirstPlaces(places), b: new FirstPlaces(places) };
  }

  matched(a: RowSource, rowA: number, b: RowSource, rowB: number, count: number): void {
    this.common += count;
    if (this.#marks.length < count) this.#marks = new Uint8Array(count * 2);
    const marks = this.#marks;
    let isSame = true;
    for (const column of this.columns) {
      const before = column.count;
      column.compare(a, rowA, b, rowB, count, marks);
      if (column.count > before) isSame = false;
    }
    if (isSame) return;
    for (let step = 0; step < count; step++) this.different += marks[step] ?? 0;
    marks.fill(0, 0, count);
  }

  alone(side: 'a' | 'b', source: RowSource, row: number): void {
    this.counts[side]++;
    const order = source.ordinalOf(row);
    if (!this.lone[side].wants(order)) return;
    this.lone[side].add(order, { key: source.keyOf(row), record: source.recordOf(row) });
  }

  /** Adds the tally of another share of the rows. */
  merge(other: RowTally): void {
    this.common += other.common;
    this.different += other.different;
    this.counts.a += other.counts.a;
    this.counts.b += other.counts.b;
    this.lone.a.merge(other.lone.a);
    this.lone.b.merge(other.lone.b);
    for (const [index, column] of this.columns.entries()) {
      const partner = other.columns[index];
      if (partner !== undefined) column.merge(partner);
    }
  }
}
