import { TupleTable } from '../../../batch/tables/tuple-table.ts';
import type { FiguresPlan } from '../figures.ts';
import { averagedOf, emptyMeasured, FinishBlock, type Measured } from '../finish-block.ts';
import { sortByRank } from '../sort-by-rank.ts';
import type { Tables } from '../tables.ts';
import type { FinishedGroup } from './finished-chunks.ts';
import type { FinishedSet } from './finished-set.ts';
import type { KeyColumns } from './key-columns.ts';

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
  readonly #keys: KeyColumns;
  readonly #stepOf: StepOf;
  /** Distinct keys of the groups at hand. */
  readonly #distinct: TupleTable;
  /** The group at hand. */
  readonly #group: { -readonly [Member in keyof FinishedGroup]: FinishedGroup[Member] };
  readonly #measured: Measured;
  readonly #block: FinishBlock;
  /** By number of a window: its place in the order of windows. */
  #windowRanks = new Int32Array();

  constructor(tables: Tables, plan: FiguresPlan, keys: KeyColumns, stepOf: StepOf) {
    this.#tables = tables;
    this.#keys = keys;
    this.#stepOf = stepOf;
    this.#distinct = new TupleTable(keys.columns.length);
    this.#measured = emptyMeasured(plan);
    this.#block = new FinishBlock(tables.kernel, plan);
    const { counts, sums, pooled } = this.#measured;
    const key = new Int32Array(keys.columns.length);
    this.#group = { key, windowCount: 0, absoluteActuals: 0, counts, sums, pooled, averaged: pooled };
  }

  /** Adds the figures of groups of the table to the set; yields the number of records done, every few hundred, and 0 before. */
  *measure(groups: Uint32Array, set: FinishedSet): Generator<number, void, undefined> {
    const { ranks, order } = yield* this.#orderByKey(groups);
    const { addresses } = this.#tables.groups;
    const block = this.#block;
    this.#rankWindows();
    let first = 0;
    for (let from = 0, to = 0; from < order.length; from = to) {
      const rank = ranks[order[from] ?? 0] ?? 0;
      to = from + 1;
      while (to < order.length && ranks[order[to] ?? 0] === rank) to++;
      if (!block.makeRoom(to - from)) {
        yield this.#finish(first, set);
        first = rank;
        block.makeRoom(to - from);
      }
      if (to - from > 1) this.#sortByWindow(order, from, to);
      for (let index = from; index < to; index++) {
        const isLast = index === to - 1;
        const group = order[index] ?? 0;
        block.add(addresses[group] ?? 0, isLast || this.#windowOf(order[index + 1]) !== this.#windowOf(group), isLast);
      }
    }
    yield this.#finish(first, set);
  }

  /** Adds the groups of the block to the set, which have the keys from `first` on; returns their records. */
  #finish(first: number, set: FinishedSet): number {
    const group = this.#group;
    const { key } = group;
    const { tuples } = this.#distinct;
    const { records } = this.#block;
    this.#block.finish((number) => {
      for (let part = 0; part < key.length; part++) key[part] = tuples[(first + number) * key.length + part] ?? 0;
      this.#block.read(number, this.#measured);
      group.windowCount = this.#measured.windowCount;
      group.absoluteActuals = this.#measured.sums[0] ?? 0;
      group.averaged = averagedOf(this.#measured);
      set.add(group);
    });
    return records;
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

  #windowOf(group: number | undefined): number {
    const { keys, width } = this.#tables.groups;
    return keys[(group ?? 0) * width] ?? 0;
  }

  #rankWindows(): void {
    const { windows } = this.#tables;
    if (this.#windowRanks.length === windows.size) return;
    this.#windowRanks = new Int32Array(windows.size);
    for (const [rank, id] of windows.sorted().entries()) this.#windowRanks[id] = rank;
  }

  /** Few, and as a rule sorted. */
  #sortByWindow(order: Uint32Array, from: number, to: number): void {
    const ranks = this.#windowRanks;
    let last = -1;
    let isSorted = true;
    for (let index = from; index < to; index++) {
      const rank = ranks[this.#windowOf(order[index])] ?? 0;
      if (rank < last) isSorted = false;
      last = rank;
    }
    if (isSorted) return;
    order.subarray(from, to).sort((a, b) => (ranks[this.#windowOf(a)] ?? 0) - (ranks[this.#windowOf(b)] ?? 0));
  }
}
