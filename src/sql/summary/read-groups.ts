import type { GroupingPlan } from '../../metrics/forecast/grouping-plan.ts';
import { map } from '../../metrics/forecast/kernel/map.generated.ts';
import { typeCount } from '../../metrics/forecast/record-shape.ts';
import { emptyGroup, type SummedGroup } from '../../metrics/forecast/states/state-from-sums.ts';
import type { SqlCell } from '../engines/engine.ts';
import { isSumOfLevel, type LadderName } from '../terms/ladder.ts';
import type { SummaryColumn } from '../terms/summary-columns.ts';
import type { AnswerReader } from '../engines/read-answer.ts';

/** Terms that the levels of their ladder did not take: it is to be asked for again, with another one. */
export class LadderTooShort extends Error {
  override readonly name = 'LadderTooShort';
  readonly ladder: LadderName;
  readonly rows: number;

  constructor(ladder: LadderName, rows: number) {
    super(`${rows} rows have terms that the ladder of ${ladder} does not take`);
    this.ladder = ladder;
    this.rows = rows;
  }
}

/** Puts a cell of an answer where it belongs. */
type Place = (cell: SqlCell | undefined) => void;

/**
 * Reads rows of the query that sums forecasted-values as groups, and counts their rows by window. Each cell is checked, and
 * that the counts of a row fit together.
 */
export class GroupReader {
  /** Rows of each window, by its {@link windowKey}. */
  readonly rowsByWindow: Map<string, number> = new Map();
  /** Cells so far that are neither empty nor what their column should be. */
  unreadable = 0;
  readonly #reader: AnswerReader;
  readonly #columns: number;
  readonly #types: number;
  readonly #group: SummedGroup;
  readonly #places: readonly Place[];
  /** Numbers of the columns that say whether the others can be read. */
  readonly #unreadableAt: readonly number[];
  readonly #rests: readonly { readonly at: number; readonly ladder: LadderName }[];

  /** @throws `ENGINE_RESULT_INVALID` where a key of the plan has no column: the query is of another plan */
  constructor(plan: GroupingPlan, columns: readonly SummaryColumn[], reader: AnswerReader) {
    this.#reader = reader;
    this.#columns = columns.length;
    this.#types = plan.shape.types.length;
    this.#group = emptyGroup(plan);
    this.#places = columns.map((column) => placeOf(column, plan, this.#group, reader));
    this.#unreadableAt = columns.flatMap(({ kind }, at) => (kind === 'unreadable' ? [at] : []));
    this.#rests = columns.flatMap((column, at) => (column.kind === 'rest' ? [{ at, ladder: column.ladder }] : []));
    const keys = columns.filter(({ kind }) => kind === 'item' || kind === 'dimension' || kind === 'timestamp');
    if (keys.length !== plan.keyParts.length) throw reader.refuse('the query is of another grouping');
  }

  /**
   * The group of a row, which the next one overwrites; undefined from the first row on that has an unreadable cell, as its
   * other cells may be anything.
   * @throws `ENGINE_RESULT_INVALID`; {@link LadderTooShort}
   */
  read(row: readonly SqlCell[]): SummedGroup | undefined {
    this.#reader.assertLength(row, this.#columns);
    for (const at of this.#unreadableAt) this.unreadable += this.#reader.count(row[at], 'unreadable');
    if (this.unreadable > 0) return undefined;
    for (const { at, ladder } of this.#rests) {
      const rows = this.#reader.count(row[at], 'rest');
      if (rows > 0) throw new LadderTooShort(ladder, rows);
    }
    const group = this.#group;
    for (const sum of group.sums) sum.length = 0;
    for (let index = 0; index < this.#places.length; index++) this.#places[index]?.(row[index]);
    this.#assertCounts(group);
    const window = windowKey(group.start, group.end);
    this.rowsByWindow.set(window, (this.rowsByWindow.get(window) ?? 0) + (group.counts[map.ROWS] ?? 0));
    return group;
  }

  /** Of a forecast in the mask every row lacks it; of another one only rows without an actual may. */
  #isMaskOf(counts: SummedGroup['counts'], excluded: number, rows: number, actuals: number): boolean {
    for (let type = 0; type < this.#types; type++) {
      const missing = counts[typeCount(type, map.TYPE_MISSING)] ?? 0;
      const lacking = missing + (counts[typeCount(type, map.TYPE_NON_FINITE)] ?? 0);
      const isIn = Math.floor(excluded / 2 ** type) % 2 === 1;
      if (isIn ? lacking !== rows : lacking > rows - actuals) return false;
    }
    return true;
  }

  #assertCounts({ counts, excluded }: SummedGroup): void {
    const rows = counts[map.ROWS] ?? 0;
    const [actuals = 0, missing = 0, nonFinite = 0] = counts.subarray(map.ACTUALS, map.NON_FINITE + 1);
    const isWhole = rows > 0 && actuals + missing + nonFinite === rows && counts.every((count) => count <= rows);
    const isMask = excluded < 2 ** this.#types && (excluded === 0 || actuals === rows);
    if (isWhole && isMask && this.#isMaskOf(counts, excluded, rows, actuals)) return;
    throw this.#reader.refuse(
      `expected the counts of a group to fit together, found ${rows} rows, of which ${actuals} have an actual, ` +
        `${missing} have none, ${nonFinite} have one that is not finite, and ${excluded} as the mask of forecasts that they lack`,
    );
  }
}

/** A window as a key: its instants in milliseconds since 1970; all rows without one have the same. */
export function windowKey(start: number, end: number): string {
  return Number.isNaN(start) || Number.isNaN(end) ? 'none' : `${start}/${end}`;
}

function placeOf(
  column: SummaryColumn,
  { keyParts, shape }: GroupingPlan,
  group: SummedGroup,
  reader: AnswerReader,
): Place {
  const partOf = (isPart: (part: GroupingPlan['keyParts'][number]) => boolean): number => {
    const index = keyParts.findIndex(isPart);
    if (index < 0) throw reader.refuse(`the query is of another grouping, which has ${column.kind}`);
    return index;
  };
  switch (column.kind) {
    case 'windowStart':
      return (cell) => (group.start = reader.time(cell, 'window_start'));
    case 'windowEnd':
      return (cell) => (group.end = reader.time(cell, 'window_end'));
    case 'timestamp': {
      const part = partOf(({ kind }) => kind === 'step');
      return (cell) => (group.keys[part] = reader.time(cell, 'timestamp'));
    }
    case 'item': {
      const part = partOf(({ kind, table }) => kind === 'text' && table === 0);
      return (cell) => (group.keys[part] = reader.text(cell, 'item'));
    }
    case 'dimension': {
      const part = partOf(({ name }) => name === column.name);
      return (cell) => (group.keys[part] = reader.text(cell, 'dimension'));
    }
    case 'excluded':
      return (cell) => {
        if (cell === null) throw reader.refuse('expected the mask of forecasts that rows lack, found none');
        group.excluded = reader.count(cell, 'excluded');
      };
    case 'count':
      return (cell) => (group.counts[column.count] = reader.count(cell, `count ${column.count}`));
    case 'level':
    case 'sum': {
      const name = `sum ${column.sum}`;
      const isWidth = column.sum >= shape.widths && column.sum < shape.widths + shape.intervals.length;
      const isDue = (): boolean => column.sum === 0 && (group.counts[map.ACTUALS] ?? 0) > 0;
      // what the first level takes has the sign of the term
      const isPositive = !isWidth && (column.kind === 'sum' || column.level === 0);
      return (cell) => {
        const value = reader.double(cell, name);
        if (value !== null && value < 0 && isPositive) throw reader.refuse(`expected ${name} from 0, found ${value}`);
        if (value === null && isDue())
          throw reader.refuse(`expected ${name} of rows that have its numbers, found none`);
        if (value !== null && column.kind === 'level') assertLevel(value, column.exponent, reader);
        if (value !== null && value !== 0) group.sums[column.sum]?.push(value);
      };
    }
    // those that say whether the others can be read
    case 'unreadable':
    case 'rest':
    default:
      return () => undefined;
  }
}

/** An engine may have simplified what looks like x + M - M, or not add up as doubles: its sums are no figures then. */
function assertLevel(sum: number, exponent: number, reader: AnswerReader): void {
  if (isSumOfLevel(sum, exponent)) return;
  throw reader.refuse(
    `expected an exact sum of multiples of 2^${exponent}, found ${sum}: the engine does not compute in IEEE doubles as it is told to`,
  );
}
