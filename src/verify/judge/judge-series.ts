import type { Steps } from '../../pause.ts';
import type { RowRef } from '../base/finding-book.ts';
import type { WindowSpan } from '../base/window-list.ts';
import type { JudgeContext } from './judge-context.ts';
import { judgeRows, type JudgedRow, type JudgedRows } from './judge-rows.ts';
import { judgeRuns, type ForecastWindow } from './judge-runs.ts';
import { checkComputed, checkSummary } from './check-arithmetic.ts';
import { SeriesHistory } from '../records/series-history.ts';
import { rowRefOf, type PartitionRecords, type SeriesRecords } from '../records/series-records.ts';

/** Judges one time series: its forecasts, its metrics, and both against each other. */
export function* judgeSeries(records: PartitionRecords, series: SeriesRecords, context: JudgeContext): Steps<void> {
  const windows = new ByWindow(yield* judgeRuns(records.runs, series.runs, context));
  const rows = yield* judgeRows(records.rows, series.rows, context);
  const sound = yield* judgePresence(records, windows, rows, context);
  const history = new SeriesHistory(records.history, series.history, context);
  for (const [index, row] of rows.computed.entries()) {
    if (!row.notDefined) checkComputed(records, row, windows.get(row), history, context);
    if (index % 64 === 63) yield;
  }
  if (!context.metrics.exists || series.rows.length === 0) return;
  judgeSummary(records, rows, sound, context);
}

/** Windows, or what belongs to one each, found by start and end; of several the first. */
class ByWindow<Entry extends WindowSpan> {
  readonly list: readonly Entry[];
  readonly #byStart = new Map<number, Map<number, Entry>>();

  constructor(list: readonly Entry[]) {
    this.list = list;
    for (const entry of list) {
      let byEnd = this.#byStart.get(entry.start);
      if (byEnd === undefined) this.#byStart.set(entry.start, (byEnd = new Map()));
      if (!byEnd.has(entry.end)) byEnd.set(entry.end, entry);
    }
  }

  get({ start, end }: WindowSpan): Entry | undefined {
    return this.#byStart.get(start)?.get(end);
  }
}

/**
 * Reports what one table has and the other lacks, unless the other has missing or unreadable parts. Returns whether every
 * expected Computed row exists, and none is `not defined` despite forecasts.
 */
function* judgePresence(
  records: PartitionRecords,
  windows: ByWindow<ForecastWindow>,
  rows: JudgedRows,
  context: JudgeContext,
): Steps<boolean> {
  if (!context.forecasts.exists || !context.metrics.exists) return true;
  const [firstWindow] = windows.list;
  const defined = rows.computed.filter((row) => !row.notDefined);
  const { computed, summary, others } = rows;
  if (firstWindow !== undefined && computed.length === 0 && summary === undefined && !others) {
    if (context.metrics.whole) context.book.add('SERIES_WITHOUT_METRICS', placeOfWindow(records, firstWindow));
    return false;
  }
  if (firstWindow === undefined) {
    const [first] = defined;
    if (first !== undefined && context.forecasts.whole) {
      context.book.add('SERIES_WITHOUT_FORECASTS', rowRefOf(records.rows, first.at));
    }
    return true;
  }
  return yield* judgeWindows(records, windows, rows, context);
}

function* judgeWindows(
  records: PartitionRecords,
  windows: ByWindow<ForecastWindow>,
  { computed, others }: JudgedRows,
  { book, forecasts, metrics }: JudgeContext,
): Steps<boolean> {
  let sound = true;
  const rows = new ByWindow(computed);
  for (const [index, window] of windows.list.entries()) {
    if (index % 64 === 63) yield;
    const row = rows.get(window);
    if (row === undefined) {
      sound = false;
      // a row of another kind may be the missing one; a window missing everywhere is reported once
      const isReported = others || !metrics.whole || !metrics.windows.has(window.start, window.end);
      if (!isReported) book.add('METRICS_ABSENT', placeOfWindow(records, window));
    } else if (row.notDefined) {
      sound = false;
      book.add('NOT_DEFINED_WITH_FORECASTS', rowRefOf(records.rows, row.at));
    }
  }
  for (const [index, row] of computed.entries()) {
    if (index % 64 === 63) yield;
    if (row.notDefined || windows.get(row) !== undefined) continue;
    const isReported = !forecasts.whole || !forecasts.windows.has(row.start, row.end);
    if (!isReported) book.add('FORECASTS_ABSENT', rowRefOf(records.rows, row.at));
  }
  return sound;
}

function judgeSummary(records: PartitionRecords, rows: JudgedRows, sound: boolean, context: JudgeContext): void {
  const { computed, summary, others } = rows;
  const [first] = computed;
  const { whole } = context.metrics;
  if (summary === undefined) {
    if (first !== undefined && whole && !others) context.book.add('SUMMARY_ABSENT', rowRefOf(records.rows, first.at));
    return;
  }
  if (first === undefined) {
    if (whole && !others) context.book.add('COMPUTED_ABSENT', rowRefOf(records.rows, summary.at));
    return;
  }
  if (!whole || !sound || others || summary.odd || computed.some((row) => row.odd)) {
    context.notChecked.add('SUMMARY_OF_ODD_ROWS');
    return;
  }
  if (!spans(summary, computed)) context.book.add('SUMMARY_SPAN', rowRefOf(records.rows, summary.at));
  checkSummary(records, summary, computed, context);
}

function spans({ start, end }: JudgedRow, computed: readonly JudgedRow[]): boolean {
  const first = computed.reduce((least, row) => Math.min(least, row.start), Number.POSITIVE_INFINITY);
  const last = computed.reduce((most, row) => Math.max(most, row.end), Number.NEGATIVE_INFINITY);
  return start === first && end === last;
}

function placeOfWindow(records: PartitionRecords, window: ForecastWindow): RowRef {
  return rowRefOf(records.runs, window.runs[0] ?? 0);
}
