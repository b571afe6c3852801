import { compareCells } from '../../batch/columns/cell-bits.ts';
import type { Steps } from '../../pause.ts';
import type { WindowSpan } from '../base/window-list.ts';
import type { JudgeContext } from './judge-context.ts';
import { metricRow as layout, rowKind, rowState } from '../records/record-fields.ts';
import { listByWindow, rowRefOf, windowOf, type Records } from '../records/series-records.ts';

/** A row of metrics of one time series. */
export interface JudgedRow extends WindowSpan {
  /** Its offset, in doubles. */
  readonly at: number;
  /** All its metrics are `not defined`. */
  readonly notDefined: boolean;
  /** Its metrics are partly missing, or it has a duplicate with other values: no mean can be compared with it. */
  readonly odd: boolean;
}

/** The rows of one time series, each key once. */
export interface JudgedRows {
  readonly computed: readonly JudgedRow[];
  readonly summary: JudgedRow | undefined;
  /** Whether a row is neither Computed nor Summary. */
  readonly others: boolean;
}

/** Judges the rows of one series, sorted by window: duplicates. Of rows with one key the first counts. Linear. */
export function* judgeRows(records: Records, rows: readonly number[], context: JudgeContext): Steps<JudgedRows> {
  const computed: JudgedRow[] = [];
  const summaries: JudgedRow[] = [];
  let others = false;
  let done = 0;
  for (const ofWindow of listByWindow(records, rows)) {
    const byKind = new Map<number, FirstOfKey>();
    for (const at of ofWindow) {
      addRow(records, at, byKind, context);
      if (++done % 64 === 0) yield;
    }
    for (const [kind, { at, copies, different }] of byKind) {
      context.duplicateMetrics.addKeys(1, copies + 1);
      const row = describeRow(records, at, different);
      if (kind === rowKind.computed) computed.push(row);
      else if (kind === rowKind.summary) summaries.push(row);
      else others = true;
    }
  }
  return { computed, summary: summaries[0], others };
}

/** The first row of a key, how many repeat it, and whether one of them has other values. */
interface FirstOfKey {
  readonly at: number;
  copies: number;
  different: boolean;
}

/** Adds a row to those of its window, by kind. */
function addRow(records: Records, at: number, byKind: Map<number, FirstOfKey>, context: JudgeContext): void {
  const kind = records.words[2 * at + layout.kindWord] ?? 0;
  const first = byKind.get(kind);
  if (first === undefined) return void byKind.set(kind, { at, copies: 0, different: false });
  const { words, width } = records;
  const count = width - layout.values;
  const likeness = compareCells(words, first.at + layout.values, words, at + layout.values, count);
  first.copies++;
  first.different ||= likeness === 'different';
  context.duplicateMetrics.add(likeness, rowRefOf(records, at), rowRefOf(records, first.at));
}

function describeRow(records: Records, at: number, different: boolean): JudgedRow {
  const state = records.words[2 * at + layout.stateWord] ?? 0;
  const partly = rowState.someDefined | rowState.someNotDefined;
  return {
    at,
    ...windowOf(records, at),
    notDefined: (state & partly) === rowState.someNotDefined,
    odd: different || (state & rowState.odd) !== 0 || (state & partly) === partly,
  };
}
