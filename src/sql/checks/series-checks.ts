import type { MetricColumn } from '../../verify/judge/arithmetic.ts';
import type { FindingCode, NotCheckedCode } from '../../verify/base/rules.ts';
import type { CheckedTables } from './checked-table.ts';
import { meanColumn } from './checked-table.ts';
import { recomputed } from './judged-windows.ts';
import { differenceOf } from './sql-text.ts';

/** A condition over `judged`, counted; its number is its index in the list. */
export interface SeriesCheck {
  readonly code:
    | FindingCode
    | NotCheckedCode
    /** Facts that are no findings: series; items; windows whose rows may repeat; repeated rows of metrics. */
    | 'series'
    | 'items'
    | 'suspects'
    | 'repeats'
    /** About the meaning of WAPE: cells that fit only one, and rows that can be a sum by the bounds of RMSE. */
    | 'only sum'
    | 'only ratio'
    | 'bounded'
    | 'can be sum';
  /** How often it is there: a whole number, NULL or 0 where it is not; of a metric 1 for each cell that is compared. */
  readonly amount: string;
  /** Of a metric: its column, and which meaning of WAPE is taken. */
  readonly column?: number;
  readonly meaning?: 'sum' | 'ratio';
  /** Of a metric, both as expressions of type DOUBLE; NULL is `not defined`. */
  readonly expected?: string;
  readonly found?: string;
}

/** What is known of the export before its series are judged. */
export interface SeriesFacts {
  readonly columns: readonly MetricColumn[];
  /** Whether all parts of a table are there and were read. */
  readonly wholeForecasts: boolean;
  readonly wholeMetrics: boolean;
  readonly hasFrequency: boolean;
  readonly tolerance: number;
}

/** Every check of series and their windows that the tables allow. Those of metrics, with `expected` and `found`, are the last. */
export function seriesChecks(tables: CheckedTables, facts: SeriesFacts): SeriesCheck[] {
  const { forecasts, metrics } = tables;
  const hasBoth = forecasts !== undefined && metrics !== undefined;
  const hasDimensions = ((forecasts ?? metrics)?.schema.dimensions.length ?? 0) > 0;
  return [
    { code: 'series', amount: when('nth = 1') },
    { code: 'items', amount: when(hasDimensions ? 'nth_of_item = 1' : 'nth = 1') },
    ...(forecasts === undefined ? [] : forecastChecks(facts)),
    ...(hasBoth ? presenceChecks(facts) : []),
    ...(metrics === undefined ? [] : rowChecks(tables, facts)),
    ...(hasBoth ? wapeChecks(tables, facts) : []),
    ...(hasBoth ? computedChecks(tables, facts) : []),
    ...(metrics === undefined ? [] : summaryChecks(tables, facts)),
  ];
}

function when(condition: string, amount = '1'): string {
  return `CASE WHEN ${condition} THEN ${amount} END`;
}

function forecastChecks({ wholeForecasts, hasFrequency }: SeriesFacts): SeriesCheck[] {
  return [
    { code: 'suspects', amount: when('n <> seen') },
    ...(wholeForecasts ? [{ code: 'STEP_MISSING', amount: when('steps > seen', 'steps - seen') } as const] : []),
    ...(hasFrequency ? [{ code: 'WINDOWS_UNTOLD', amount: when('n IS NOT NULL AND steps IS NULL') } as const] : []),
    { code: 'ROWS_REPEATED', amount: when('computed = 1 AND c_nd = 0 AND repeated = 1') },
  ];
}

/** Whether the rows of a window are complete, once each, and finite. */
function isUsable({ wholeForecasts }: SeriesFacts): string {
  const whole = wholeForecasts ? '(steps = seen OR steps IS NULL)' : 'steps = seen';
  return `odd = 0 AND repeated = 0 AND ${whole}`;
}

function presenceChecks(facts: SeriesFacts): SeriesCheck[] {
  const checks: SeriesCheck[] = [
    {
      code: 'ROWS_MISSING',
      amount: when(
        `computed = 1 AND c_nd = 0 AND n IS NOT NULL AND repeated = 0 AND NOT COALESCE(${isUsable(facts)}, 1 = 0)`,
      ),
    },
    { code: 'NOT_DEFINED_WITH_FORECASTS', amount: when('n IS NOT NULL AND computed = 1 AND c_nd = 1') },
  ];
  const hasNoRow = 'first_computed IS NULL AND first_summary IS NULL AND other_count = 0';
  if (facts.wholeMetrics) {
    checks.push(
      { code: 'SERIES_WITHOUT_METRICS', amount: when(`nth = first_forecast AND ${hasNoRow}`) },
      {
        code: 'METRICS_ABSENT',
        amount: when(`n IS NOT NULL AND computed IS NULL AND other_count = 0 AND NOT (${hasNoRow}) AND in_metrics = 1`),
      },
    );
  }
  if (facts.wholeForecasts) {
    checks.push(
      { code: 'SERIES_WITHOUT_FORECASTS', amount: when('first_forecast IS NULL AND nth = first_defined') },
      {
        code: 'FORECASTS_ABSENT',
        amount: when('computed = 1 AND c_nd = 0 AND n IS NULL AND first_forecast IS NOT NULL AND in_forecasts = 1'),
      },
    );
  }
  return checks;
}

/** Whether the Summary row of a row's series can be compared with its Computed rows. */
function isSound(tables: CheckedTables, { wholeMetrics }: SeriesFacts): string {
  const sound = tables.forecasts === undefined ? '' : ' AND (first_forecast IS NULL OR unsound_count = 0)';
  return `${wholeMetrics ? '' : '1 = 0 AND '}other_count = 0 AND z_odd = 0 AND odd_count = 0${sound}`;
}

const isFirstSummary = 'nth = first_summary AND first_computed IS NOT NULL';

function rowChecks(tables: CheckedTables, facts: SeriesFacts): SeriesCheck[] {
  const sound = isSound(tables, facts);
  const absent: SeriesCheck[] = [
    { code: 'SUMMARY_ABSENT', amount: when('nth = first_computed AND first_summary IS NULL AND other_count = 0') },
    { code: 'COMPUTED_ABSENT', amount: when('nth = first_summary AND first_computed IS NULL AND other_count = 0') },
  ];
  return [
    { code: 'repeats', amount: 'repeats' },
    ...(facts.wholeMetrics ? absent : []),
    { code: 'SUMMARY_OF_ODD_ROWS', amount: when(`${isFirstSummary} AND NOT (${sound})`) },
    {
      code: 'SUMMARY_SPAN',
      amount: when(`${isFirstSummary} AND ${sound} AND NOT (ws = first_start AND we = last_end)`),
    },
  ];
}

/** A cell of a Computed row that can be compared, where its value is known. */
function comparable(tables: CheckedTables, facts: SeriesFacts, cell: string, expected: string): string {
  const { isFinite } = tables.dialect;
  return `computed = 1 AND c_nd = 0 AND ${isUsable(facts)} AND ${isFinite(cell)} AND ${isFinite(`(${expected})`)}`;
}

function hasMean({ forecasts }: CheckedTables): boolean {
  return forecasts !== undefined && meanColumn(forecasts.schema) !== undefined;
}

/** What the forecasts of a window give for a column; undefined where they give nothing. */
function expectedOf(column: MetricColumn, tables: CheckedTables, { columns }: SeriesFacts): string | undefined {
  const { quoteDouble } = tables.dialect;
  return recomputed(column, { columns, quoteDouble, hasMean: hasMean(tables) });
}

function wapeChecks(tables: CheckedTables, facts: SeriesFacts): SeriesCheck[] {
  const { dialect } = tables;
  const { columns, tolerance } = facts;
  const wape = columns.findIndex(({ metric }) => metric === 'WAPE');
  const column = columns[wape];
  if (column === undefined) return [];
  const cell = `c${wape}`;
  const ratio = expectedOf(column, tables, facts);
  const fits = (expected: string): string =>
    `${differenceOf(`(${expected})`, cell, dialect)} <= ${dialect.quoteDouble(tolerance)}`;
  const only = (one: string, other: string): string =>
    when(`${comparable(tables, facts, cell, ratio ?? '')} AND ${fits(one)} AND NOT (${fits(other)})`);
  return [
    ...(ratio === undefined
      ? []
      : [
          { code: 'only sum', amount: only('abs_error', ratio) } as const,
          { code: 'only ratio', amount: only(ratio, 'abs_error') } as const,
        ]),
    ...boundChecks(tables, facts, cell),
  ];
}

/** As `WapeJudge` of `metrics/accuracy`: over n errors a sum is from √n · RMSE to n · RMSE. Rows of unknown steps are left out. */
function boundChecks(tables: CheckedTables, facts: SeriesFacts, cell: string): SeriesCheck[] {
  const rmse = facts.columns.findIndex(({ metric }) => metric === 'RMSE');
  if (rmse < 0) return [];
  const { isFinite, quoteDouble } = tables.dialect;
  const other = `c${rmse}`;
  const usable = `COALESCE(${isUsable(facts)}, 1 = 0)`;
  // without a mean no WAPE can be recomputed, so that every row counts: usable ones by their rows, others by their window
  const count = hasMean(tables) ? 'steps' : `CASE WHEN ${usable} THEN seen ELSE steps END`;
  const rows = `computed = 1 AND c_nd = 0${hasMean(tables) ? ` AND NOT ${usable}` : ''}`;
  const bounded = `${rows} AND ${isFinite(cell)} AND ${isFinite(other)} AND ${other} > ${quoteDouble(0)} AND ${count} IS NOT NULL`;
  const [less, more] = [quoteDouble(1 - 1e-9), quoteDouble(1 + 1e-9)];
  const canBe = `${cell} >= sqrt(${count}) * ${other} * ${less} AND ${cell} <= (${count}) * ${other} * ${more}`;
  return [
    { code: 'bounded', amount: when(bounded) },
    { code: 'can be sum', amount: when(`${bounded} AND ${canBe}`) },
  ];
}

function computedChecks(tables: CheckedTables, facts: SeriesFacts): SeriesCheck[] {
  return facts.columns.flatMap((column, index): SeriesCheck[] => {
    const expected = expectedOf(column, tables, facts);
    if (expected === undefined) return [];
    const found = `c${index}`;
    const check = { code: 'COMPUTED_DIFFERS', column: index, found } as const;
    const amount = when(comparable(tables, facts, found, expected));
    if (column.metric !== 'WAPE') return [{ ...check, amount, expected }];
    return [
      { ...check, amount, expected: 'abs_error', meaning: 'sum' },
      { ...check, amount, expected, meaning: 'ratio' },
    ];
  });
}

function summaryChecks(tables: CheckedTables, facts: SeriesFacts): SeriesCheck[] {
  const { isFinite } = tables.dialect;
  const sound = `${isFirstSummary} AND ${isSound(tables, facts)}`;
  return facts.columns.map((_, index) => {
    const mean = `sum_${index} / defined_count`;
    return {
      code: 'SUMMARY_DIFFERS',
      column: index,
      amount: when(`${sound} AND (defined_count = 0 OR ${isFinite(`(CASE WHEN defined_count > 0 THEN ${mean} END)`)})`),
      expected: `CASE WHEN defined_count > 0 THEN ${mean} END`,
      found: `CASE WHEN z_nd = 0 THEN z${index} END`,
    };
  });
}
