import { ofMean } from './arithmetic.ts';
import type { JudgeContext } from './judge-context.ts';
import type { JudgedRow } from './judge-rows.ts';
import type { ForecastWindow } from './judge-runs.ts';
import { metricRow as layout } from '../records/record-fields.ts';
import { recompute, sumRuns, type WindowSums } from './recompute.ts';
import type { SeriesHistory } from '../records/series-history.ts';
import { rowRefOf, type PartitionRecords } from '../records/series-records.ts';

/** Recomputes the metrics of a Computed row from its window's forecasts, as far as possible. */
export function checkComputed(
  records: PartitionRecords,
  row: JudgedRow,
  window: ForecastWindow | undefined,
  history: SeriesHistory,
  context: JudgeContext,
): void {
  if (window?.trouble !== undefined) context.notChecked.add(window.trouble);
  if (window === undefined || window.trouble !== undefined) return addBounds(records, row, context);
  const sums = sumRuns(records.runs, window.runs);
  const change = changeOf(row, history, context);
  const { file, record } = rowRefOf(records.rows, row.at);
  for (const [index, column] of context.columns.entries()) {
    const found = records.rows.doubles[row.at + layout.values + index] ?? Number.NaN;
    if (!Number.isFinite(found) || (ofMean.has(column.metric) && !context.hasMean)) continue;
    if (column.metric === 'MASE' && change === undefined) continue;
    const expected = recompute(column, sums, change ?? Number.NaN);
    if (!Number.isFinite(expected)) continue;
    if (column.metric === 'WAPE') context.wape?.add(sums.absoluteErrors, expected, found, file, record);
    else context.computed[index]?.add(expected, found, file, record);
  }
  if (!context.hasMean) addBounds(records, row, context, sums);
}

/** The mean change of the series' history over a season, where MASE is checked and the history allows it. */
function changeOf(row: JudgedRow, history: SeriesHistory, { hasMean, notChecked }: JudgeContext): number | undefined {
  const change = hasMean ? history.seasonalChange(row.start) : undefined;
  if (typeof change !== 'string') return change;
  notChecked.add(change);
  return undefined;
}

/** What RMSE shows about the meaning of a WAPE that cannot be recomputed. */
function addBounds(records: PartitionRecords, row: JudgedRow, context: JudgeContext, sums?: WindowSums): void {
  const valueOf = (metric: string): number => {
    const index = context.columns.findIndex((column) => column.metric === metric);
    return index < 0 ? Number.NaN : (records.rows.doubles[row.at + layout.values + index] ?? Number.NaN);
  };
  const steps = sums?.count ?? context.steps.of(row.start, row.end)?.length;
  context.wape?.addBounds(valueOf('WAPE'), valueOf('RMSE'), { start: row.start, end: row.end, steps });
}

/** Compares a Summary row with the arithmetic mean of its Computed rows, except those that are `not defined`. */
export function checkSummary(
  records: PartitionRecords,
  summary: JudgedRow,
  computed: readonly JudgedRow[],
  context: JudgeContext,
): void {
  const { doubles } = records.rows;
  const defined = computed.filter((row) => !row.notDefined);
  const { file, record } = rowRefOf(records.rows, summary.at);
  for (const [index, tracker] of context.summary.entries()) {
    const valueOf = ({ at }: JudgedRow): number => doubles[at + layout.values + index] ?? Number.NaN;
    const mean = defined.reduce((sum, row) => sum + valueOf(row), 0) / defined.length;
    const expected = defined.length === 0 ? null : mean;
    const found = summary.notDefined ? null : valueOf(summary);
    if (expected !== null && !Number.isFinite(expected)) continue;
    tracker.add(expected, found, file, record);
  }
}
