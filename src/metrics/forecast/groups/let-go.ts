import type { Steps } from '../../../pause.ts';
import type { FiguresPlan } from '../figures.ts';
import { stepOfGroups } from '../find-frequency.ts';
import { exportRecords, mergeRecords, runSteps, type RecordsState } from '../records.ts';
import type { Frequency } from '../../../schema/frequency.ts';
import type { Tables } from '../tables.ts';
import { FinishedSet, type Choice, type FinishedState } from './finished-set.ts';
import { KeyColumns } from './key-columns.ts';
import { GroupMeasurer } from './measure-groups.ts';
import { WindowTotals } from './window-totals.ts';

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
/** Groups that are let go without giving way: some 10 ms. */
const mostAtOnce = 8192;

/**
 * Finishes groups by item as soon as the rows of another item follow, and lets their records go: their figures are
 * computed, their sums added to those of their window. So memory does not grow with the groups, but for their figures,
 * where all are kept. The first and the last item of a part are held, as their rows may go on in the part before or after.
 */
export class LetGo {
  readonly finished: FinishedSet;
  /** The sums of all rows that were let go. */
  readonly totals: WindowTotals;
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

  /** Of tables without groups. @throws `OPTION_INVALID` for an impossible choice */
  constructor(tables: Tables, plan: FiguresPlan, options: LetGoOptions) {
    const { kernel } = tables;
    const keys = new KeyColumns(tables);
    this.#tables = tables;
    this.finished = new FinishedSet(plan, keys, options);
    this.totals = new WindowTotals(tables.plan);
    this.#measurer = new GroupMeasurer(tables, plan, keys, stepOfGroups(tables, options.frequency ?? null));
    this.#itemPart = 1 + tables.plan.keyParts.findIndex(({ name }) => name === 'item');
    this.#mark = kernel.mark();
    this.#least = options.held ?? leastHeld;
    this.#limit = this.#least;
  }

  /** Called when rows were added, the items of the first and the last of them; lets groups go when many are held, but very many. */
  afterRows(first: number, last: number): void {
    if (this.#first < 0) this.#first = first;
    this.#last = last;
    const { size } = this.#tables.groups;
    if (size >= this.#limit && size < mostAtOnce) runSteps(this.close());
  }

  /** Whether so many groups can be let go that {@link close} should run in steps: such as those of an item with very many. */
  get isDue(): boolean {
    const { size } = this.#tables.groups;
    return this.#last >= 0 && size >= this.#limit && size >= mostAtOnce;
  }

  /** Lets go what can be, then returns it all as plain data. */
  *export(): Steps<LetGoState> {
    yield* this.close();
    const items = this.#tables.texts[0]?.size ?? 0;
    const closed = new Uint8Array((items + 7) >>> 3);
    for (let item = 0; item < Math.min(items, this.#turnOf.length); item++) {
      if (this.#turnOf[item] !== 0) closed[item >>> 3] = (closed[item >>> 3] ?? 0) | (1 << (item & 7));
    }
    return {
      finished: this.finished.export(),
      closed: closed.buffer,
      records: this.records,
      totals: this.totals.export(),
    };
  }

  /**
   * Adds what another thread let go. `finished` already has the numbers of texts and windows used here; those of the
   * rest are translated. An item that had two numbers there was finished twice. @throws {@link ItemsScattered}
   */
  merge(state: LetGoState, windowIds: Int32Array, itemIds: Int32Array): void {
    const closed = new Uint8Array(state.closed);
    for (let item = 0; item < itemIds.length; item++) {
      if ((((closed[item >>> 3] ?? 0) >>> (item & 7)) & 1) === 0) continue;
      this.#turn++;
      this.#markClosed(itemIds[item] ?? 0);
    }
    this.records += state.records;
    this.#tables.groups.reserveElsewhere(this.records);
    this.finished.merge(state.finished);
    if (state.totals !== undefined) this.totals.merge(state.totals, windowIds);
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
    this.totals.free();
  }

  #itemOf(group: number): number {
    const { keys, width } = this.#tables.groups;
    return keys[group * width + this.#itemPart] ?? 0;
  }

  /** Finishes the groups of all items but the first of all and the last one so far. No rows may be added meanwhile. */
  *close(): Steps<void> {
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
      if ((group + 1) % mostAtOnce === 0) yield mostAtOnce;
    }
    if (gone.length > 0) {
      const groupsGone = Uint32Array.from(gone);
      for (let from = 0; from < groupsGone.length; from += mostAtOnce) {
        this.totals.add(this.#tables, groupsGone.subarray(from, from + mostAtOnce));
        yield mostAtOnce;
      }
      for (const records of this.#measurer.measure(groupsGone, this.finished)) yield 20 * records;
      const records = yield* exportRecords(this.#tables, Uint32Array.from(kept));
      kernel.release(this.#mark);
      groups.clear();
      this.records += gone.length;
      groups.reserveElsewhere(this.records);
      yield* mergeRecords(this.#tables, records);
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
}
