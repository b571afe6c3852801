import type { ColumnBatch, NumberColumn, TextColumn, TimeColumn } from '../../batch/column-batch.ts';
import type { TextTable } from '../../batch/text-table.ts';
import { numberColumn, textColumn, timeColumn } from '../../batch/typed-column.ts';
import type { LetGo } from './groups/let-go.ts';
import type { Tallies } from './tallies.ts';
import { stagingRows } from './kernel/kernel.ts';
import type { NumberTable } from './number-table.ts';

/** The columns of one batch that an accumulator reads, texts with their numbers by dictionary code. */
interface BatchColumns {
  readonly start: TimeColumn;
  readonly end: TimeColumn;
  readonly items: CodedText;
  readonly keyParts: readonly (CodedText | TimeColumn)[];
  /** Target, then forecast types. */
  readonly numbers: readonly NumberColumn[];
}

interface CodedText {
  readonly kind: 'coded';
  readonly codes: Int32Array;
  /** Number in the text table, by dictionary code. */
  readonly ids: Int32Array;
}

/** Adds the rows of a batch, at most {@link stagingRows} at a time so that the staging area stays in the cache. */
export function addBatch(tallies: Tallies, batch: ColumnBatch): void {
  const columns = openColumns(tallies, batch);
  for (let from = 0; from < batch.rows; from += stagingRows) {
    const to = Math.min(batch.rows, from + stagingRows);
    const runs = assignGroups(tallies, columns, from, to);
    stageValues(tallies, columns.numbers, from, to);
    if (tallies.kernel.inspect(to - from)) stageStates(tallies, columns.numbers, from, to);
    tallies.kernel.accumulate(runs);
    if (tallies.letGo !== undefined) letGo(tallies.letGo, columns.items, from, to);
  }
}

function letGo(groups: LetGo, { codes, ids }: CodedText, from: number, to: number): void {
  groups.afterRows(ids[codes[from] ?? 0] ?? 0, ids[codes[to - 1] ?? 0] ?? 0);
}

function openColumns(tallies: Tallies, batch: ColumnBatch): BatchColumns {
  const { plan, texts } = tallies;
  const coded = new Map<number, CodedText>();
  const open = (name: string, table: number): CodedText => {
    let column = coded.get(table);
    if (column === undefined) coded.set(table, (column = codeText(textColumn(batch, name), texts[table])));
    return column;
  };
  return {
    start: timeColumn(batch, plan.startColumn),
    end: timeColumn(batch, plan.endColumn),
    items: open(plan.itemColumn, 0),
    keyParts: plan.keyParts.map((part) =>
      part.kind === 'step' ? timeColumn(batch, part.column) : open(part.column, part.table),
    ),
    numbers: [plan.targetColumn, ...plan.shape.columns].map((name) => numberColumn(batch, name)),
  };
}

/** Looks every dictionary entry up once, not every row. */
function codeText(column: TextColumn, table: TextTable | undefined): CodedText {
  const { size, offsets, bytes } = column.dictionary;
  const ids = new Int32Array(size);
  if (table !== undefined) {
    table.internAll(bytes, offsets, ids);
  }
  return { kind: 'coded', codes: column.codes, ids };
}

/**
 * Writes the runs of rows of one group to the staging area (group 0 leaves rows out) and notes the items of each window;
 * returns how many runs. Works run by run of equal keys: rows are sorted by item, then time, so runs are long.
 */
function assignGroups(tallies: Tallies, columns: BatchColumns, from: number, to: number): number {
  const { kernel, groups, windows, items, timestamps } = tallies;
  const starts = columns.start.values;
  const ends = columns.end.values;
  const { codes, ids } = columns.items;
  const width = groups.width;
  const tuples = codeParts(columns.keyParts, timestamps, width, from, to);
  const runsAt = kernel.staging.runs >>> 2;
  let at = runsAt;
  let group = -1;
  for (let row = from, stop = from; row < to; row = stop) {
    const start = starts[row] ?? Number.NaN;
    const end = ends[row] ?? Number.NaN;
    const code = codes[row] ?? 0;
    stop = row + 1;
    while (stop < to && starts[stop] === start && ends[stop] === end && codes[stop] === code) stop++;
    const window = windows.intern(start, end);
    if (window < 0) {
      tallies.rowsWithoutWindow += stop - row;
      kernel.u32[at++] = 0;
      kernel.u32[at++] = stop - row;
      continue;
    }
    items.add(window, ids[code] ?? 0);
    for (let first = row, next = row; first < stop; first = next) {
      const tuple = (first - from) * width;
      tuples[tuple] = window;
      next = width === 1 ? stop : endOfTuple(tuples, tuple, width, first, stop);
      group = groups.find(tuples, tuple, group);
      // not kept in a variable: finding the group may have grown the memory
      kernel.u32[at++] = groups.addresses[group] ?? 0;
      kernel.u32[at++] = next - first;
    }
  }
  return (at - runsAt) >>> 1;
}

/** The row after those whose tuples are that of row `first` (at `at`), all in one window. */
function endOfTuple(tuples: Int32Array, at: number, width: number, first: number, stop: number): number {
  let row = first + 1;
  for (let other = at + width; row < stop; row++, other += width) {
    for (let part = 1; part < width; part++) if (tuples[other + part] !== tuples[at + part]) return row;
  }
  return row;
}

/** The tuples of rows that are grouped by window alone: only the current row's window is ever read. */
const windowOnly = new Int32Array(stagingRows);

/** The tuples of a block of rows, their windows (first in each) not yet filled in. */
function codeParts(
  columns: readonly (CodedText | TimeColumn)[],
  timestamps: NumberTable,
  width: number,
  from: number,
  to: number,
): Int32Array {
  const tuples = columns.length === 0 ? windowOnly : new Int32Array((to - from) * width).fill(-1);
  for (const [index, column] of columns.entries()) {
    let at = index + 1;
    if (column.kind === 'time') {
      const { values } = column;
      for (let row = from; row < to; row++, at += width) tuples[at] = timestamps.intern(values[row] ?? Number.NaN);
    } else {
      const { codes, ids } = column;
      for (let row = from; row < to; row++, at += width) tuples[at] = ids[codes[row] ?? 0] ?? 0;
    }
  }
  return tuples;
}

function stageValues({ kernel }: Tallies, numbers: readonly NumberColumn[], from: number, to: number): void {
  let at = kernel.staging.values >>> 3;
  for (const { values } of numbers) {
    // a view less for each column of a batch that is staged whole, which is the rule
    kernel.f64.set(from === 0 && to === values.length ? values : values.subarray(from, to), at);
    at += stagingRows;
  }
}

function stageStates({ kernel }: Tallies, numbers: readonly NumberColumn[], from: number, to: number): void {
  let at = kernel.staging.states;
  for (const { states } of numbers) {
    kernel.u8.set(states.subarray(from, to), at);
    at += stagingRows;
  }
}
