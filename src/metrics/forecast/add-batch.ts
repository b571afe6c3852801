import type { ColumnBatch, NumberColumn, TextColumn } from '../../batch/columns/column-batch.ts';
import type { TextTable } from '../../batch/tables/text-table.ts';
import { numberColumn, textColumn, timeColumn } from '../../batch/columns/typed-column.ts';
import type { LetGo } from './groups/let-go.ts';
import type { Tallies } from './tallies.ts';
import { stagingRows } from './kernel/kernel.ts';

/** The columns of one batch that an accumulator reads, texts with their numbers by dictionary code. */
interface BatchColumns {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly items: CodedText;
  /** By part of the key; undefined for the step. */
  readonly keyTexts: readonly (CodedText | undefined)[];
  /** Where steps are grouped by. */
  readonly timestamps: Float64Array | undefined;
  /** Of items and dimensions: with start and end what runs of equal keys are found by. */
  readonly codes: readonly Int32Array[];
  /** Target, then forecast types. */
  readonly numbers: readonly NumberColumn[];
}

interface CodedText {
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
  const start = timeColumn(batch, plan.startColumn).values;
  const end = timeColumn(batch, plan.endColumn).values;
  const isNumbered = tallies.countsItems || plan.keyParts.some(({ kind, table }) => kind !== 'step' && table === 0);
  if (!isNumbered) coded.set(0, codeText(textColumn(batch, plan.itemColumn), undefined));
  const items = open(plan.itemColumn, 0);
  const step = plan.keyParts.find(({ kind }) => kind === 'step');
  return {
    start,
    end,
    items,
    keyTexts: plan.keyParts.map(({ kind, column, table }) => (kind === 'step' ? undefined : open(column, table))),
    timestamps: step && timeColumn(batch, step.column).values,
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
  return { codes: column.codes, ids };
}

/**
 * Writes the runs of rows of one group to the staging area (group 0 leaves rows out) and notes the items of each window;
 * returns how many runs. Rows are sorted by item, then time, so what is not grouped by step has long runs.
 */
function assignGroups(tallies: Tallies, columns: BatchColumns, from: number, to: number): number {
  const { kernel, groups, windows, items, countsItems } = tallies;
  const { start, end, keyTexts, timestamps } = columns;
  const { codes, ids } = columns.items;
  const runs = tallies.runs.find([start, end], columns.codes, from, to);
  const runsAt = kernel.staging.runs >>> 2;
  // a copy, as a run may become many
  const found = kernel.u32.slice(runsAt, runsAt + 2 * runs);
  const tuple = new Int32Array(groups.width);
  let at = runsAt;
  let group = -1;
  for (let run = 0, row = from; run < runs; run++) {
    const rows = found[2 * run + 1] ?? 0;
    const window = windows.intern(start[row] ?? Number.NaN, end[row] ?? Number.NaN);
    if (window < 0) {
      tallies.rowsWithoutWindow += rows;
      kernel.u32[at++] = 0;
      kernel.u32[at++] = rows;
    } else {
      if (countsItems) items.add(window, ids[codes[row] ?? 0] ?? 0);
      tuple[0] = window;
      for (let part = 0; part < keyTexts.length; part++) {
        const text = keyTexts[part];
        if (text !== undefined) tuple[part + 1] = text.ids[text.codes[row] ?? 0] ?? 0;
      }
      if (timestamps === undefined) {
        group = groups.find(tuple, 0, group);
        // not kept in a variable: finding the group may have grown the memory
        kernel.u32[at++] = groups.addresses[group] ?? 0;
        kernel.u32[at++] = rows;
      } else {
        group = assignSteps(tallies, tuple, timestamps.subarray(row, row + rows), at, group);
        at += 2 * rows;
      }
    }
    row += rows;
  }
  return (at - runsAt) >>> 1;
}

/** Writes a run for each row of a run that has one key but for its steps; returns the last group. */
function assignSteps(
  { kernel, groups, timestamps, plan }: Tallies,
  tuple: Int32Array,
  times: Float64Array,
  at: number,
  before: number,
): number {
  const step = 1 + plan.keyParts.findIndex(({ kind }) => kind === 'step');
  let group = before;
  for (let index = 0; index < times.length; index++) {
    tuple[step] = timestamps.intern(times, index);
    group = groups.find(tuple, 0, group);
    kernel.u32[at + 2 * index] = groups.addresses[group] ?? 0;
    kernel.u32[at + 2 * index + 1] = 1;
  }
  return group;
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
