import type { ColumnBatch, NumberColumn, TextColumn, TimeColumn } from '../../batch/column-batch.ts';
import type { TextTable } from '../../batch/text-table.ts';
import { numberColumn, textColumn, timeColumn } from '../../batch/typed-column.ts';
import type { LetGo } from './groups/let-go.ts';
import type { Tallies } from './tallies.ts';
import { stagingRows } from './kernel/kernel.ts';

/** The columns of one batch that an accumulator reads, texts with their numbers by dictionary code. */
interface BatchColumns {
  readonly items: CodedText;
  readonly keyParts: readonly (CodedText | TimeColumn)[];
  /** What runs of equal keys are found by: start, end and the timestamps of a step; codes of items and dimensions. */
  readonly times: readonly [Float64Array, Float64Array, ...Float64Array[]];
  readonly codes: readonly Int32Array[];
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
    const runs = tallies.runs.find(columns.times, columns.codes, from, to);
    assignGroups(tallies, columns, from, runs);
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
  const start = timeColumn(batch, plan.startColumn).values;
  const end = timeColumn(batch, plan.endColumn).values;
  const items = open(plan.itemColumn, 0);
  const keyParts = plan.keyParts.map((part) =>
    part.kind === 'step' ? timeColumn(batch, part.column) : open(part.column, part.table),
  );
  const steps = keyParts.flatMap((part) => (part.kind === 'time' ? [part.values] : []));
  return {
    items,
    keyParts,
    times: [start, end, ...steps],
    codes: Array.from(coded.values(), ({ codes }) => codes),
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
 * Gives each of the runs that begin at row `from` its group (0 leaves its rows out) and notes the items of each window. Rows
 * are sorted by item, then time, so runs are long, unless steps are grouped by.
 */
function assignGroups(tallies: Tallies, columns: BatchColumns, from: number, runs: number): void {
  const { kernel, groups, windows, items } = tallies;
  const [starts, ends] = columns.times;
  const { codes, ids } = columns.items;
  const tuple = new Int32Array(groups.width);
  const runsAt = kernel.staging.runs >>> 2;
  let group = -1;
  let row = from;
  for (let at = runsAt; at < runsAt + 2 * runs; at += 2) {
    // views are read afresh: finding a group may have grown the memory
    const rows = kernel.u32[at + 1] ?? 0;
    const window = windows.intern(starts[row] ?? Number.NaN, ends[row] ?? Number.NaN);
    if (window < 0) tallies.rowsWithoutWindow += rows;
    else {
      items.add(window, ids[codes[row] ?? 0] ?? 0);
      tuple[0] = window;
      if (tuple.length > 1) readKey(tallies, columns.keyParts, row, tuple);
      group = groups.find(tuple, 0, group);
      kernel.u32[at] = groups.addresses[group] ?? 0;
    }
    row += rows;
  }
}

/** Writes the parts of a row's key behind its window. */
function readKey(tallies: Tallies, parts: BatchColumns['keyParts'], row: number, tuple: Int32Array): void {
  let at = 1;
  for (const part of parts) {
    tuple[at++] =
      part.kind === 'time'
        ? tallies.timestamps.intern(part.values[row] ?? Number.NaN)
        : (part.ids[part.codes[row] ?? 0] ?? 0);
  }
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
