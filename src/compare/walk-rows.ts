import { TextTable } from '../batch/tables/text-table.ts';
import { Pause } from '../pause.ts';
import { HeldRows } from './held-rows.ts';
import type { JoinPlan } from './join-plan.ts';
import type { RowCursor, RowSource } from './row-cursor.ts';
import { KeyReader, KeyRun } from './same-keys.ts';

/** Receives every row of both sides once: with its partner, or alone. */
export interface JoinSink {
  /** `count` rows from `rowA` and `rowB` on have the same keys. */
  matched(a: RowSource, rowA: number, b: RowSource, rowB: number, count: number): void;
  /** The row has no partner. */
  alone(side: 'a' | 'b', source: RowSource, row: number): void;
}

/**
 * Joins the rows of two sides by their keys. Rows in step are compared in place and cost no memory; a row whose partner is
 * not the other side's current row is held until the partner appears, after which the sides are in step again. Duplicate
 * keys are paired in order of appearance: only one side holds rows of a key, and the other side's next row with that key
 * is paired with the first of them, even where the two current rows have the same key.
 *
 * Returns false, and incomplete results, as soon as more than `maxHeld` rows are held.
 */
export async function walkRows(
  a: RowCursor,
  b: RowCursor,
  plan: JoinPlan,
  sink: JoinSink,
  maxHeld: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const walk = new Walk(a, b, plan, sink, maxHeld);
  while ((await walk.fill()) && walk.go());
  if (walk.overfull) return false;
  await walk.finish(new Pause(signal));
  return true;
}

/** Rows compared at once after rows were out of step; grows again with each run that stays in step. */
const shortRun = 4;
const longestRun = 1_000_000;

class Walk {
  overfull = false;
  readonly #a: RowCursor;
  readonly #b: RowCursor;
  readonly #sink: JoinSink;
  readonly #maxHeld: number;
  readonly #run: KeyRun;
  readonly #keyA: KeyReader;
  readonly #keyB: KeyReader;
  readonly #heldA: HeldRows;
  readonly #heldB: HeldRows;
  #endedA = false;
  #endedB = false;
  #stride = longestRun;

  constructor(a: RowCursor, b: RowCursor, plan: JoinPlan, sink: JoinSink, maxHeld: number) {
    const tables = plan.a.texts.map(() => new TextTable());
    this.#a = a;
    this.#b = b;
    this.#sink = sink;
    this.#maxHeld = maxHeld;
    this.#run = new KeyRun(tables.length);
    this.#keyA = new KeyReader(a, tables, plan.a.times.length);
    this.#keyB = new KeyReader(b, tables, plan.b.times.length);
    this.#heldA = new HeldRows(plan.a, tables);
    this.#heldB = new HeldRows(plan.b, tables);
  }

  /** Makes sure that each side has rows, unless it has ended; false when both have ended. */
  async fill(): Promise<boolean> {
    if (this.#a.spent && !this.#endedA) {
      this.#endedA = !(await this.#a.next());
      this.#keyA.forget();
      this.#run.forget();
    }
    if (this.#b.spent && !this.#endedB) {
      this.#endedB = !(await this.#b.next());
      this.#keyB.forget();
      this.#run.forget();
    }
    return !(this.#endedA && this.#endedB);
  }

  /** Goes on until a side needs its next block; false when too many rows are held. */
  go(): boolean {
    const [a, b] = [this.#a, this.#b];
    if (this.#endedB) while (!a.spent) this.#passA();
    else if (this.#endedA) while (!b.spent) this.#passB();
    else {
      while (!a.spent && !b.spent) this.#step();
    }
    this.overfull = this.#heldA.size + this.#heldB.size > this.#maxHeld;
    return !this.overfull;
  }

  /** Reports the rows whose partner never appeared. */
  async finish(pause: Pause): Promise<void> {
    for (const [side, held] of [['a', this.#heldA] as const, ['b', this.#heldB] as const]) {
      for (const row of held.rest()) {
        this.#sink.alone(side, held, row);
        if (pause.isDue()) await pause.take();
      }
    }
  }

  #step(): void {
    const [a, b] = [this.#a, this.#b];
    const most = Math.min(a.rows - a.row, b.rows - b.row, this.#stride);
    const same = this.#untilHeld(this.#run.length(a, b, most));
    if (same > 0) {
      this.#sink.matched(a, a.row, b, b.row, same);
      a.row += same;
      b.row += same;
      this.#stride = Math.min(longestRun, this.#stride * 4);
    }
    if (same === most) return;
    this.#stride = shortRun;
    if (this.#meetA() || this.#meetB()) return;
    this.#heldA.add(a, this.#keyA.read());
    this.#heldB.add(b, this.#keyB.read());
    a.row++;
    b.row++;
  }

  /** How many of the next `most` rows, which have the same keys on both sides, come before one whose key is held. */
  #untilHeld(most: number): number {
    if (this.#heldA.size + this.#heldB.size === 0) return most;
    for (let step = 0; step < most; step++) {
      const key = this.#keyA.find(this.#a.row + step);
      if (key !== undefined && (this.#heldA.has(key) || this.#heldB.has(key))) return step;
    }
    return most;
  }

  /** Whether the partner of B's current row is among the held rows of A. */
  #meetA(): boolean {
    if (this.#heldA.size === 0) return false;
    const held = this.#heldA.take(this.#keyB.read());
    if (held < 0) return false;
    this.#sink.matched(this.#heldA, held, this.#b, this.#b.row++, 1);
    return true;
  }

  /** The same for A's current row. */
  #meetB(): boolean {
    if (this.#heldB.size === 0) return false;
    const held = this.#heldB.take(this.#keyA.read());
    if (held < 0) return false;
    this.#sink.matched(this.#a, this.#a.row++, this.#heldB, held, 1);
    return true;
  }

  /** A row of A when B has ended: its partner is held, or there is none. */
  #passA(): void {
    if (!this.#meetB()) this.#sink.alone('a', this.#a, this.#a.row++);
  }

  #passB(): void {
    if (!this.#meetA()) this.#sink.alone('b', this.#b, this.#b.row++);
  }
}
