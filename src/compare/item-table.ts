import type { GroupRecord } from '../metrics/base/summary.ts';
import type { Measure, MeasuredMetric, MeasurePlan } from './item-measures.ts';

/** By window: numerator and denominator of each measure, over all items. */
export type WindowSums = ReadonlyMap<string, Float64Array>;

/** Numerator and denominator of each measure of a record. */
export function sumsOf({ measures }: MeasurePlan, record: GroupRecord): Float64Array {
  const sums = new Float64Array(2 * measures.length);
  for (const [number, { numerator, denominator }] of measures.entries()) {
    sums[2 * number] = numerator(record);
    sums[2 * number + 1] = denominator(record);
  }
  return sums;
}

/** What is held of an item, for each measure: its numerator, its denominator, and what leaving it out changes. */
const held = 3;
/** A denominator of which one item leaves less than this part is nothing but rounding. */
const leastLeft = 1e-9;

/**
 * The items of an export: the sums of each over its windows, and what leaving it out changes the figures over all windows by. 24
 * bytes for each measure of an item, and its id.
 */
export class ItemTable {
  /** By id, their numbers. */
  readonly numbers: Map<string, number> = new Map();
  readonly #plan: MeasurePlan;
  readonly #windows: WindowSums;
  readonly #items: number;
  /** By measure: what leaving out an item without rows changes. */
  readonly #changes: Float64Array;
  /** By measure: whether the figure of some window is of one item alone. */
  readonly #isAlone: boolean[];
  #cells: Float64Array = new Float64Array();

  /** `items` are those of the whole export, of which this may hold a share. */
  constructor(plan: MeasurePlan, windows: WindowSums, items: number) {
    this.#plan = plan;
    this.#windows = windows;
    this.#items = items;
    this.#isAlone = plan.measures.map(() => false);
    this.#changes = Float64Array.from(plan.measures, ({ kind }, number) => {
      if (kind !== 'total') return 0;
      let sum = 0;
      for (const totals of windows.values()) sum += totals[2 * number] ?? 0;
      return sum / windows.size / (items - 1);
    });
  }

  /** Adds the record of an item in a window. */
  add(item: string, window: string, record: GroupRecord): void {
    const all = this.#windows.get(window);
    if (all === undefined) throw new RangeError(`window ${window} was not measured`);
    const own = sumsOf(this.#plan, record);
    const cells = this.#cellsOf(item);
    for (const [number, { kind }] of this.#plan.measures.entries()) {
      const change = this.#changeOf(kind, number, own, all);
      if (change === undefined) this.#isAlone[number] = true;
      cells[held * number] = (cells[held * number] ?? 0) + (own[2 * number] ?? 0);
      cells[held * number + 1] = (cells[held * number + 1] ?? 0) + (own[2 * number + 1] ?? 0);
      cells[held * number + 2] = (cells[held * number + 2] ?? 0) + (change ?? 0) / this.#windows.size;
    }
  }

  /** The figure of an item over all rows of its windows; NaN where it has none. */
  figureOf(item: number, { members, needs }: MeasuredMetric): number {
    const cells = this.#cellsAt(item);
    if (needs.some((number) => cells[held * number + 1] === 0)) return Number.NaN;
    return meanOf(members, (number) => {
      const numerator = cells[held * number] ?? 0;
      const { kind } = this.#plan.measures[number] ?? {};
      if (kind === 'total') return numerator;
      const ratio = numerator / (cells[held * number + 1] ?? 0);
      return kind === 'root' ? Math.sqrt(ratio) : ratio;
    });
  }

  /** What leaving out an item changes the figure over all windows by; a total is scaled to as many items as before. */
  changeOf(item: number, { members }: MeasuredMetric): number {
    const cells = this.#cellsAt(item);
    return meanOf(members, (number) => (cells[held * number + 2] ?? 0) + (this.#changes[number] ?? 0));
  }

  /** Whether an item has rows that the figure is made of. */
  enters(item: number, { members }: MeasuredMetric): boolean {
    const cells = this.#cellsAt(item);
    return members.some((number) => (cells[held * number + 1] ?? 0) > 0);
  }

  /** Whether every window has the figure, and keeps it without any of the items that were added. */
  isWhole({ members, needs }: MeasuredMetric): boolean {
    if (this.#windows.size === 0 || members.some((number) => this.#isAlone[number])) return false;
    for (const totals of this.#windows.values()) {
      if (needs.some((number) => !((totals[2 * number + 1] ?? 0) > 0))) return false;
    }
    return true;
  }

  /** What leaving out an item's rows of a window changes that window's figure by; undefined where next to nothing is left. */
  #changeOf(kind: Measure['kind'], number: number, own: Float64Array, all: Float64Array): number | undefined {
    const [numerator = 0, denominator = 0] = own.subarray(2 * number, 2 * number + 2);
    const [sum = 0, total = 0] = all.subarray(2 * number, 2 * number + 2);
    if (denominator === 0 && numerator === 0) return 0;
    if (kind === 'total') return this.#items < 2 ? undefined : (-numerator * this.#items) / (this.#items - 1);
    const rest = total - denominator;
    if (!(rest > leastLeft * total)) return undefined;
    const ratio = sum / total;
    const change = (ratio * denominator - numerator) / rest;
    if (kind === 'ratio') return change;
    // √a − √b = (a − b) / (√a + √b)
    const roots = Math.sqrt(ratio) + Math.sqrt(Math.max(0, ratio + change));
    return roots === 0 ? 0 : change / roots;
  }

  #cellsOf(item: string): Float64Array {
    let number = this.numbers.get(item);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(item, number);
      const needed = this.numbers.size * this.#width;
      if (needed > this.#cells.length) {
        const grown = new Float64Array(Math.max(needed, 2 * this.#cells.length));
        grown.set(this.#cells);
        this.#cells = grown;
      }
    }
    return this.#cellsAt(number);
  }

  #cellsAt(item: number): Float64Array {
    return this.#cells.subarray(item * this.#width, (item + 1) * this.#width);
  }

  get #width(): number {
    return held * this.#plan.measures.length;
  }
}

function meanOf(members: readonly number[], read: (number: number) => number): number {
  let sum = 0;
  for (const number of members) sum += read(number);
  return sum / members.length;
}
