import type { FiguresPlan } from '../figures.ts';
import { GroupTable } from '../group-table.ts';
import { MetricsKernel } from '../kernel/kernel.ts';
import {
  allGroups,
  exportRecords,
  mergeAcross,
  mergeRecords,
  runSteps,
  type Records,
  type RecordsState,
} from '../records.ts';
import type { Frequency } from '../../../schema/frequency.ts';
import { stepOf } from '../../../schema/frequency.ts';
import type { Tables } from '../tables.ts';
import { FinishedSet, type Choice, type FinishedState } from './finished-set.ts';
import { KeyColumns } from './key-columns.ts';
import { GroupMeasurer } from './measure-groups.ts';

/** How groups are let go: which are kept, and by which frequency steps are counted. */
export interface LetGoOptions extends Choice {
  readonly frequency?: Frequency;
  /** Groups held before any are let go: by default few enough that their records stay in the cache. */
  readonly held?: number;
}

/** What was let go, as plain data. */
export interface LetGoState {
  readonly finished: FinishedState;
  /** A bit for each item: whether its groups are finished. */
  readonly closed: ArrayBuffer;
  /** Records of the groups that were let go. */
  readonly records: number;
  /** The sums of their rows, by window; undefined where there are none. */
  readonly totals: RecordsState | undefined;
}

/** Rows of an item that was finished: the groups of this export cannot be let go. Caught within metrics/. */
export class ItemsScattered extends Error {
  override readonly name = 'ItemsScattered';
}

const leastHeld = 1024;

/**
 * Finishes groups by item as soon as the rows of another item follow, and lets their records go: their figures are
 * computed, their sums added to those of their window. So memory does not grow with the groups, but for their figures,
 * where all are kept. The first and the last item of a part are held, as their rows may go on in the part before or after.
 */
export class LetGo {
  readonly finished: FinishedSet;
  /** Records of the groups that were let go. */
  records = 0;
  readonly #tables: Tables;
  readonly #measurer: GroupMeasurer;
  readonly #itemPart: number;
  readonly #mark: number;
  /** By item: the number of the turn in which it was finished; 0 for none. */
  #turnOf: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  #turn = 0;
  /** Items of the first and of the last row. */
  #first = -1;
  #last = -1;
  readonly #least: number;
  #limit: number;
  #totals: Records | undefined;

  /** Of tables without groups. @throws `OPTION_INVALID` for an impossible choice */
  constructor(tables: Tables, plan: FiguresPlan, options: LetGoOptions) {
    const { kernel, groups, windows, timestamps } = tables;
    const keys = new KeyColumns(tables);
    const stepPart = 1 + tables.plan.keyParts.findIndex(({ kind }) => kind === 'step');
    const stepOfGroup = (group: number): number => {
      const start = windows.starts[groups.keys[group * groups.width] ?? 0] ?? Number.NaN;
      const time = timestamps.values[groups.keys[group * groups.width + stepPart] ?? -1];
      if (time === undefined || options.frequency === undefined) return 0;
      return stepOf(options.frequency, start, time) ?? 0;
    };
    this.#tables = tables;
    this.finished = new FinishedSet(plan, keys, options);
    this.#measurer = new GroupMeasurer(tables, plan, keys, stepOfGroup);
    this.#itemPart = 1 + tables.plan.keyParts.findIndex(({ name }) => name === 'item');
    this.#mark = kernel.mark();
    this.#least = options.held ?? leastHeld;
    this.#limit = this.#least;
  }

  /** The sums of all rows that were let go: the record of each window. */
  *totalsByWindow(): Generator<
    readonly [window: number, { readonly kernel: MetricsKernel; readonly address: number }]
  > {
    if (this.#totals === undefined) return;
    const { kernel, groups } = this.#totals;
    for (let group = 0; group < groups.size; group++) {
      yield [groups.keys[group] ?? 0, { kernel, address: groups.addresses[group] ?? 0 }];
    }
  }

  /** Called when rows were added, the items of the first and the last of them; lets groups go when many are held. */
  afterRows(first: number, last: number): void {
    if (this.#first < 0) this.#first = first;
    this.#last = last;
    if (this.#tables.groups.size >= this.#limit) this.#close();
  }

  /** Lets go what can be, then returns it all as plain data. */
  export(): LetGoState {
    this.#close();
    const items = this.#tables.texts[0]?.size ?? 0;
    const closed = new Uint8Array((items + 7) >>> 3);
    for (let item = 0; item < Math.min(items, this.#turnOf.length); item++) {
      if (this.#turnOf[item] !== 0) closed[item >>> 3] = (closed[item >>> 3] ?? 0) | (1 << (item & 7));
    }
    return {
      finished: this.finished.export(),
      closed: closed.buffer,
      records: this.records,
      totals: this.#totals && runSteps(exportRecords(this.#totals, allGroups(this.#totals.groups))),
    };
  }

  /**
   * Adds what another thread let go. `finished` already has the numbers of texts and windows used here; those of the
   * rest are translated. @throws {@link ItemsScattered}
   */
  merge(state: LetGoState, windowIds: Int32Array, itemIds: Int32Array): void {
    this.#turn++;
    const closed = new Uint8Array(state.closed);
    for (let item = 0; item < itemIds.length; item++) {
      if (((closed[item >>> 3] ?? 0) >>> (item & 7)) & 1) this.#markClosed(itemIds[item] ?? 0);
    }
    this.records += state.records;
    this.#tables.groups.reserveElsewhere(this.records);
    this.finished.merge(state.finished);
    if (state.totals !== undefined) runSteps(mergeRecords(this.#ownTotals(), state.totals, [windowIds]));
  }

  /** @throws {@link ItemsScattered} where rows are held of an item that was finished */
  assertWhole(): void {
    const { groups } = this.#tables;
    for (let group = 0; group < groups.size; group++) {
      if ((this.#turnOf[this.#itemOf(group)] ?? 0) !== 0) throw new ItemsScattered();
    }
  }

  /** Frees the memory of the sums. */
  free(): void {
    this.#totals?.kernel.free();
    this.#totals = undefined;
  }

  #itemOf(group: number): number {
    const { keys, width } = this.#tables.groups;
    return keys[group * width + this.#itemPart] ?? 0;
  }

  /** Finishes the groups of all items but the first of all and the last one so far. */
  #close(): void {
    const { kernel, groups } = this.#tables;
    const kept: number[] = [];
    const gone: number[] = [];
    this.#turn++;
    let item = -1;
    for (let group = 0; group < groups.size; group++) {
      const own = this.#itemOf(group);
      if (own === this.#first || own === this.#last) kept.push(group);
      else {
        if (own !== item) this.#markClosed(own);
        item = own;
        gone.push(group);
      }
    }
    if (gone.length > 0) {
      const groupsGone = Uint32Array.from(gone);
      this.#addToTotals(groupsGone);
      for (const _ of this.#measurer.measure(groupsGone, this.finished)) void _;
      const records = runSteps(exportRecords(this.#tables, Uint32Array.from(kept)));
      kernel.release(this.#mark);
      groups.clear();
      this.records += gone.length;
      groups.reserveElsewhere(this.records);
      runSteps(mergeRecords(this.#tables, records));
    }
    this.#limit = Math.max(this.#least, 4 * kept.length);
  }

  #markClosed(item: number): void {
    if (item >= this.#turnOf.length) {
      const longer = new Uint32Array(Math.max(item + 1, 2 * this.#turnOf.length));
      longer.set(this.#turnOf);
      this.#turnOf = longer;
    }
    const turn = this.#turnOf[item] ?? 0;
    if (turn !== 0 && turn !== this.#turn) throw new ItemsScattered();
    this.#turnOf[item] = this.#turn;
  }

  /** By window first, in this kernel, so that few records cross to the other. */
  #addToTotals(gone: Uint32Array): void {
    const { kernel, groups, windows } = this.#tables;
    const sums = new Uint32Array(windows.size);
    for (const group of gone) {
      const window = groups.keys[group * groups.width] ?? 0;
      if (sums[window] === 0) sums[window] = kernel.allocate(kernel.recordBytes);
      kernel.mergeWhole(sums[window] ?? 0, groups.addresses[group] ?? 0);
    }
    const totals = this.#ownTotals();
    for (const [window, record] of sums.entries()) {
      if (record === 0) continue;
      const total = totals.groups.find(Int32Array.of(window), 0, -1);
      mergeAcross(kernel, record, totals.kernel, totals.groups.addresses[total] ?? 0);
    }
  }

  /** In a kernel of their own, as the memory of the other is taken back again and again. */
  #ownTotals(): Records {
    if (this.#totals === undefined) {
      const kernel = new MetricsKernel(this.#tables.plan.shape);
      this.#totals = { kernel, groups: new GroupTable(kernel, 1, undefined) };
    }
    return this.#totals;
  }
}
