import { TextTable } from '../../../batch/tables/text-table.ts';
import type { GroupingPlan } from '../grouping-plan.ts';
import { map } from '../kernel/map.generated.ts';
import { NumberTable } from '../number-table.ts';
import { typeCount, type RecordShape } from '../record-shape.ts';
import type { ForecastState } from './state.ts';
import { SumChunks, type CompactChunks } from './sum-chunks.ts';
import { WindowTable } from '../window-table.ts';

/** The rows of one group that lack the same forecasts, added up elsewhere. Reused from group to group: what is kept is copied. */
export interface SummedGroup {
  /** Milliseconds since 1970; NaN where the cell is empty: then the rows belong to no window. */
  start: number;
  end: number;
  /** By part of the plan's keys: a text, or milliseconds since 1970, NaN where there is no timestamp. */
  readonly keys: (string | number)[];
  /** By number of the count; those of `EXCLUDED` and `INTERVAL_EXCLUDED` are not read, as they follow from `excluded`. */
  readonly counts: Float64Array;
  /** By number of the sum, up to the shape's `denominators`: finite doubles whose exact sum it is. */
  readonly sums: readonly number[][];
  /** Bit t is set where the rows, all with a finite actual then, lack a finite forecast of type t. */
  excluded: number;
}

/** A place for a group of this plan. */
export function emptyGroup({ keyParts, shape }: GroupingPlan): SummedGroup {
  return {
    start: Number.NaN,
    end: Number.NaN,
    keys: keyParts.map(({ kind }) => (kind === 'text' ? '' : Number.NaN)),
    counts: new Float64Array(shape.counts),
    sums: Array.from({ length: shape.denominators }, (): number[] => []),
    excluded: 0,
  };
}

/**
 * Makes of groups that were added up elsewhere what a `ForecastAccumulator` merges: the figures are the same to the last bit
 * as those of their rows (test/metrics/state-from-sums.test.ts). A group may come in several pieces. About 2 µs for each.
 */
export class SumsState {
  readonly #plan: GroupingPlan;
  readonly #layout: RecordLayout;
  readonly #chunks = new SumChunks();
  readonly #records: Uint8Array;
  readonly #keys: Int32Array;
  readonly #wide: Uint8Array[] = [];
  readonly #windows = new WindowTable();
  readonly #timestamps = new NumberTable();
  readonly #texts: readonly TextTable[];
  readonly #room: number;
  #groups = 0;
  #rowsWithoutWindow = 0;

  /** Of at most so many groups. */
  constructor(plan: GroupingPlan, room: number) {
    this.#plan = plan;
    this.#layout = layOut(plan.shape);
    this.#room = room;
    this.#records = new Uint8Array(room * this.#layout.bytes);
    this.#keys = new Int32Array(room * (1 + plan.keyParts.length));
    this.#texts = Array.from({ length: plan.textTables }, () => new TextTable());
  }

  /** Whether there is no room for another group. */
  get isFull(): boolean {
    return this.#groups === this.#room;
  }

  /** Adds a group; keeps nothing of it. */
  add(group: SummedGroup): void {
    const window = this.#windows.intern(group.start, group.end);
    if (window < 0) {
      this.#rowsWithoutWindow += group.counts[map.ROWS] ?? 0;
      return;
    }
    const number = this.#groups++;
    this.#writeKey(number, window, group.keys);
    const view = new DataView(this.#records.buffer, number * this.#layout.bytes, this.#layout.bytes);
    this.#writeCounts(view, group);
    for (let sum = 0; sum < group.sums.length; sum++) this.#writeSum(view, number, sum, group);
  }

  /** Everything as a state. Nothing may be added afterwards. */
  take(): ForecastState {
    const wide = new Uint8Array(this.#wide.length * map.NODE_BYTES);
    for (const [index, node] of this.#wide.entries()) wide.set(node, index * map.NODE_BYTES);
    return {
      guard: this.#plan.guard,
      groups: this.#records.slice(0, this.#groups * this.#layout.bytes).buffer,
      wide: wide.buffer,
      keys: this.#keys.slice(0, this.#groups * (1 + this.#plan.keyParts.length)).buffer,
      windows: Float64Array.from([...this.#windows.starts, ...this.#windows.ends]).buffer,
      timestamps: this.#timestamps.copy().buffer,
      texts: this.#texts.map((table) => table.export()),
      items: new ArrayBuffer(0),
      rowsWithoutWindow: this.#rowsWithoutWindow,
      letGo: undefined,
      spilled: [],
    };
  }

  #writeKey(number: number, window: number, keys: readonly (string | number)[]): void {
    const { keyParts } = this.#plan;
    let at = number * (1 + keyParts.length);
    this.#keys[at++] = window;
    for (let part = 0; part < keyParts.length; part++) {
      const key = keys[part] ?? '';
      if (typeof key === 'string') this.#keys[at++] = this.#internText(keyParts[part]?.table ?? 0, key);
      else {
        time[0] = key;
        this.#keys[at++] = this.#timestamps.intern(time, 0);
      }
    }
  }

  #internText(table: number, text: string): number {
    const bytes = encoder.encode(text);
    return this.#texts[table]?.intern(bytes, 0, bytes.length) ?? 0;
  }

  #writeCounts(view: DataView, { counts, excluded }: SummedGroup): void {
    const { shape } = this.#plan;
    const write = (count: number, value: number): void => view.setFloat64(map.COUNTS + 8 * count, value, true);
    for (let count = 0; count < counts.length; count++) write(count, counts[count] ?? 0);
    const actuals = counts[map.ACTUALS] ?? 0;
    for (let type = 0; type < shape.types.length; type++) {
      write(typeCount(type, map.EXCLUDED), isLeftOut(excluded, type) ? actuals : 0);
    }
    for (const [interval, { lower, upper }] of shape.intervals.entries()) {
      const count = typeCount(shape.types.length, interval * map.COUNTS_PER_INTERVAL + map.INTERVAL_EXCLUDED);
      write(count, isLeftOut(excluded, lower) || isLeftOut(excluded, upper) ? actuals : 0);
    }
  }

  /** The first sum, Σ|y|, is also that of the rows that are left out for each type they lack. */
  #writeSum(view: DataView, number: number, sum: number, { sums, counts, excluded }: SummedGroup): void {
    const values = sums[sum] ?? [];
    const chunks = this.#chunks;
    chunks.clear();
    for (let index = 0; index < values.length; index++) chunks.add(values[index] ?? 0);
    if (chunks.isZero()) return;
    const compact = this.#layout.sums[sum];
    const rows = counts[map.ACTUALS] ?? 0;
    if (compact !== undefined && !chunks.writeCompact(view, compact.offset, compact, rows)) this.#addWide(number, sum);
    if (sum !== 0 || excluded === 0) return;
    const { types, denominators } = this.#plan.shape;
    for (let type = 0; type < types.length; type++) {
      if (isLeftOut(excluded, type)) this.#addWide(number, denominators + type);
    }
  }

  #addWide(number: number, sum: number): void {
    const node = new Uint8Array(map.NODE_BYTES);
    const view = new DataView(node.buffer);
    view.setUint32(0, number, true);
    view.setUint32(map.NODE_SUM, sum, true);
    this.#chunks.writeWide(view, map.NODE_CHUNKS);
    this.#wide.push(node);
  }
}

const encoder = new TextEncoder();
const time = new Float64Array(1);

function isLeftOut(excluded: number, type: number): boolean {
  // not by shifting, as the mask may have more than 32 bits
  return Math.floor(excluded / 2 ** type) % 2 === 1;
}

/** Where the parts of a record are: see `kernel/assembly/map.ts`. */
interface RecordLayout {
  readonly bytes: number;
  /** The compact chunks of each sum. */
  readonly sums: readonly (CompactChunks & { readonly offset: number })[];
}

function layOut({ counts, denominators, squares, point }: RecordShape): RecordLayout {
  let offset = map.COUNTS + 8 * counts;
  const sums = Array.from({ length: denominators }, (_, sum) => {
    const isSquares = point >= 0 && sum === squares;
    const base = isSquares ? map.SQUARE_BASE : map.SUM_BASE;
    const count = isSquares ? map.SQUARE_CHUNKS : map.SUM_CHUNKS;
    const place = { offset, base, count };
    offset += 8 * count;
    return place;
  });
  return { bytes: offset, sums };
}
