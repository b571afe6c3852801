import { TupleTable } from '../../../batch/tuple-table.ts';
import { emptyFigures, averageFigures, type Figures, type FiguresPlan } from '../figures.ts';
import { measureRecord } from '../measure-record.ts';
import { sortByRank } from '../sort-by-rank.ts';
import type { Tables } from '../tables.ts';
import type { FinishedGroup } from './finished-chunks.ts';
import type { FinishedSet } from './finished-set.ts';
import type { KeyColumns } from './key-columns.ts';

/** Records that are measured between two yields: about 0.1 ms. */
const recordsPerYield = 64;

/** Groups that are ranked between two yields: about 0.5 ms. */
const rankedPerYield = 4096;

/** The step of a group of the table; 0 for none. Only asked where steps are grouped by. */
export type StepOf = (group: number) => number;

/**
 * Computes the figures of groups whose rows are all there, both ways: over all rows of a group, and as the mean of its windows'
 * figures. Several records are one group of the result where they differ in their window alone, or in timestamps without
 * a step. Reused from call to call: nothing is allocated for a group.
 */
export class GroupMeasurer {
  readonly #tables: Tables;
  readonly #plan: FiguresPlan;
  readonly #keys: KeyColumns;
  readonly #stepOf: StepOf;
  /** Distinct keys of the groups at hand. */
  readonly #distinct: TupleTable;
  /** The group at hand. */
  readonly #group: { -readonly [Member in keyof FinishedGroup]: FinishedGroup[Member] };
  readonly #windows: Figures[] = [];
  readonly #pooled: Figures;
  readonly #averaged: Figures;
  /** Counts of the group at hand, and of one of its windows. */
  readonly #counts: Float64Array;
  readonly #windowCounts: Float64Array;

  constructor(tables: Tables, plan: FiguresPlan, keys: KeyColumns, stepOf: StepOf) {
    this.#tables = tables;
    this.#plan = plan;
    this.#keys = keys;
    this.#stepOf = stepOf;
    this.#distinct = new TupleTable(keys.columns.length);
    this.#pooled = emptyFigures(plan);
    this.#averaged = emptyFigures(plan);
    this.#counts = new Float64Array(plan.shape.counts);
    this.#windowCounts = new Float64Array(plan.shape.counts);
    this.#group = {
      key: new Int32Array(keys.columns.length),
      windowCount: 0,
      counts: this.#counts,
      pooled: this.#pooled,
      averaged: this.#averaged,
    };
  }

  /** Adds the figures of groups of the table to the set; yields the number of records done, every few dozens, and 0 before. */
  *measure(groups: Uint32Array, set: FinishedSet): Generator<number, void, undefined> {
    const { ranks, order } = yield* this.#orderByKey(groups);
    let told = 0;
    for (let from = 0, to = 0; from < order.length; from = to) {
      const rank = ranks[order[from] ?? 0] ?? 0;
      to = from + 1;
      while (to < order.length && ranks[order[to] ?? 0] === rank) to++;
      this.#measureOne(order, from, to, rank, set);
      if (to - told < recordsPerYield) continue;
      yield to - told;
      told = to;
    }
    yield order.length - told;
  }

  /** The groups, those with one key together; windows by start, then end, among those. */
  *#orderByKey(
    groups: Uint32Array,
  ): Generator<number, { readonly ranks: Int32Array; readonly order: Uint32Array }, undefined> {
    const { width, keys, size } = this.#tables.groups;
    const { columns } = this.#keys;
    const distinct = this.#distinct;
    const { key } = this.#group;
    distinct.clear();
    const ranks = new Int32Array(size);
    let previous = 0;
    let isOrdered = true;
    for (let index = 0; index < groups.length; index++) {
      const group = groups[index] ?? 0;
      for (let part = 0; part < columns.length; part++) {
        const column = columns[part];
        key[part] = column?.kind === 'step' ? this.#stepOf(group) : (keys[group * width + (column?.at ?? 0)] ?? 0);
      }
      const rank = distinct.intern(key, 0);
      ranks[group] = rank;
      // as a rule the groups of a key were made one after another
      if (rank < previous) isOrdered = false;
      previous = rank;
      if ((index + 1) % rankedPerYield === 0) yield 0;
    }
    return { ranks, order: isOrdered ? groups.slice() : sortByRank(groups, ranks, distinct.size) };
  }

  /** The records of one group of the result: those from `start` to `end`. */
  #measureOne(order: Uint32Array, start: number, end: number, rank: number, set: FinishedSet): void {
    const group = this.#group;
    const { key } = group;
    for (let part = 0; part < key.length; part++) key[part] = this.#distinct.tuples[rank * key.length + part] ?? 0;
    if (end - start > 1) this.#sortByWindow(order, start, end);
    let windowCount = 0;
    for (let from = start, to = start + 1; from < end; from = to++) {
      while (to < end && this.#windowOf(order[to]) === this.#windowOf(order[from])) to++;
      const figures = (this.#windows[windowCount++] ??= emptyFigures(this.#plan));
      this.#pool(order, from, to, figures, windowCount === 1 ? this.#counts : this.#windowCounts);
      if (windowCount > 1) addCounts(this.#counts, this.#windowCounts);
    }
    group.windowCount = windowCount;
    const [first] = this.#windows;
    if (windowCount === 1 && first !== undefined) {
      group.pooled = first;
      group.averaged = first;
    } else {
      averageFigures(this.#windows, windowCount, this.#averaged);
      this.#pool(order, start, end, this.#pooled, this.#windowCounts);
      group.pooled = this.#pooled;
      group.averaged = this.#averaged;
    }
    set.add(group);
  }

  /**
   * The figures and counts of all rows of these records together: their sums are added exactly, then rounded. Needs the
   * memory of one record where there are several.
   */
  #pool(order: Uint32Array, from: number, to: number, figures: Figures, counts: Float64Array): void {
    const { kernel, groups } = this.#tables;
    const first = groups.addresses[order[from] ?? 0] ?? 0;
    if (to - from === 1) return measureRecord(kernel, this.#plan, first, 'nothing', figures, counts);
    const mark = kernel.mark();
    const record = kernel.allocate(kernel.recordBytes);
    for (let index = from; index < to; index++) kernel.mergeWhole(record, groups.addresses[order[index] ?? 0] ?? 0);
    measureRecord(kernel, this.#plan, record, 'nothing', figures, counts);
    kernel.release(mark);
  }

  #windowOf(group: number | undefined): number {
    const { keys, width } = this.#tables.groups;
    return keys[(group ?? 0) * width] ?? 0;
  }

  /** Few, and as a rule sorted. */
  #sortByWindow(order: Uint32Array, from: number, to: number): void {
    const { windows } = this.#tables;
    let isSorted = true;
    for (let index = from + 1; index < to && isSorted; index++) {
      isSorted = windows.compare(this.#windowOf(order[index - 1]), this.#windowOf(order[index])) <= 0;
    }
    if (isSorted) return;
    order.subarray(from, to).sort((a, b) => windows.compare(this.#windowOf(a), this.#windowOf(b)));
  }
}

function addCounts(sums: Float64Array, counts: Float64Array): void {
  for (let index = 0; index < sums.length; index++) sums[index] = (sums[index] ?? 0) + (counts[index] ?? 0);
}
