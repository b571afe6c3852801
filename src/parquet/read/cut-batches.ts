import type { Column, ColumnBatch } from '../../batch/columns/column-batch.ts';
import type { PageMemory } from './page-memory.ts';
import type { GroupColumn } from './row-group-column.ts';
import { makeTextCutters, type TextCutter } from './text-cutter.ts';

/**
 * Cuts a row group into batches of at most `batchRows` rows: numbers and times are views, texts get a dictionary each, whose
 * bytes are reported to `copied` first (`text-cutter.ts`): a text of a megabyte may be in every batch of a file that holds it once.
 */
export function* cutBatches(
  columns: ReadonlyMap<string, GroupColumn>,
  rows: number,
  batchRows: number,
  recordsBefore: number,
  memory: PageMemory,
  copied: (column: string, bytes: number) => void = () => undefined,
): Generator<ColumnBatch, void, undefined> {
  const texts = makeTextCutters(columns, Math.min(rows, batchRows), memory, copied);
  const cutters = [...columns].map(([name, column]) => [name, cutterOf(column, texts.get(name))] as const);
  for (let from = 0; from < rows; from += batchRows) {
    const to = Math.min(rows, from + batchRows);
    const batch = new Map<string, Column>();
    for (const [name, cut] of cutters) batch.set(name, cut(from, to));
    yield { rows: to - from, firstRecord: recordsBefore + from + 1, columns: batch };
  }
}

type Cutter = (from: number, to: number) => Column;

function cutterOf(column: GroupColumn, text: TextCutter | undefined): Cutter {
  if (column.kind === 'text') {
    if (text === undefined) throw new TypeError('expected a cutter for a column of text');
    return (from, to) => text.cut(from, to);
  }
  const { kind, values, states, spellings } = column;
  const statesOf = (from: number, to: number): Uint8Array => states?.subarray(from, to) ?? valuesThroughout(to - from);
  if (kind === 'time') {
    return (from, to) => ({ kind, values: values.subarray(from, to), states: statesOf(from, to), spellings });
  }
  return (from, to) => ({ kind, values: values.subarray(from, to), states: statesOf(from, to) });
}

/** The states of rows that all have a value; one view serves all batches and columns that have none else. */
function valuesThroughout(rows: number): Uint8Array {
  if (noStates.length !== rows)
    noStates = rows <= mostStates.length ? mostStates.subarray(0, rows) : new Uint8Array(rows);
  if (rows > mostStates.length) mostStates = noStates;
  return noStates;
}

let mostStates = new Uint8Array(0);
let noStates = mostStates;
