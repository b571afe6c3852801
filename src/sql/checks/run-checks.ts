import { BacktestExportError } from '../../errors.ts';
import { fixedStep } from '../../schema/frequency.ts';
import { tableNames, type TableName } from '../../schema/schema.ts';
import { FindingBook } from '../../verify/base/finding-book.ts';
import type { VerificationPlan } from '../../verify/base/plan.ts';
import { WindowList } from '../../verify/base/window-list.ts';
import { WindowSteps } from '../../verify/base/window-steps.ts';
import type { JudgeContext } from '../../verify/judge/judge-context.ts';
import { judgeTables } from '../../verify/judge/judge-tables.ts';
import { makeContext } from '../../verify/judge/make-context.ts';
import type { CheckedParts } from '../../verify/scan/check-parts.ts';
import type { Ask } from './ask.ts';
import { checkSeries, type SeriesCount } from './check-series.ts';
import { checkDuplicates, checkRows, tableNumber, type FoundDuplicates } from './check-tables.ts';
import type { CheckedTables } from './checked-table.ts';
import { mostBitSteps, type StepCount } from './forecast-windows.ts';
import { amountOf, judgeCounts, type JudgedCounts } from './judge-counts.ts';
import type { TableRows } from './judge-rows.ts';
import { PartList } from './part-list.ts';
import { seriesChecks } from './series-checks.ts';
import { windowList, type ListedWindow, type SeriesQuery } from './series-query.ts';

/** Everything that the engine's answers say, before places are looked for. */
export interface CheckedInSql {
  readonly tables: CheckedTables;
  readonly parts: PartList;
  readonly rows: Readonly<Record<TableName, TableRows | undefined>>;
  readonly checked: CheckedParts;
  readonly context: JudgeContext;
  readonly query: SeriesQuery;
  readonly counts: readonly SeriesCount[];
  readonly judged: JudgedCounts;
}

/** Longest list of windows that a query is given. Forecast has at most five backtests. */
const mostWindows = 1000;

/**
 * Checks an export by a few statements, each of which reads a table once: its rows by window and time, then all series. Where rows repeat others, both
 * are compared row by row, and the series are judged again. Parts that cannot be used are left out and the rest is judged anew.
 * @throws as {@link Ask}; `ENGINE_RESULT_INVALID` where the engine did not read every part
 */
export async function runChecks(ask: Ask, plan: VerificationPlan, whole: CheckedTables): Promise<CheckedInSql> {
  const parts = new PartList(plan);
  for (;;) {
    const tables = parts.without(whole);
    const rows = await readRows(ask, plan, tables);
    if (parts.leaveOutBad(rows)) continue;
    parts.assertAllRead(rows);
    const found = gather(plan, parts, rows);
    const context = { ...makeContext(plan, found, undefined), wape: undefined };
    let query = makeQuery(plan, tables, context, rows, false);
    let counts = await checkSeries(ask, query);
    const forecasts = amountOf(counts, 'suspects') > 0 ? tables.forecasts : undefined;
    const metrics = amountOf(counts, 'repeats') > 0 ? tables.metrics : undefined;
    const repeated = {
      'forecasted-values': forecasts && (await checkDuplicates(ask, forecasts, tables.dialect)),
      'accuracy-metrics-values': metrics && (await checkDuplicates(ask, metrics, tables.dialect)),
    };
    if (parts.leaveOutRepeats(rows, repeated)) continue;
    for (const name of tableNames) addDuplicates(context, name, rows, repeated);
    if (metrics !== undefined || (forecasts !== undefined && query.judge.steps.by === 'bits')) {
      query = makeQuery(plan, tables, context, rows, true);
      counts = await checkSeries(ask, query);
    }
    parts.addHeaders(rows);
    const judged = judgeCounts(counts, context);
    judgeTables(plan, found, context);
    return { tables, parts, rows, checked: found, context, query, counts, judged };
  }
}

type Rows = CheckedInSql['rows'];

async function readRows(ask: Ask, { frequency, maxPlaces }: VerificationPlan, tables: CheckedTables): Promise<Rows> {
  const { forecasts, metrics, dialect } = tables;
  const steps = new WindowSteps(frequency);
  return {
    'forecasted-values': forecasts && (await checkRows(ask, forecasts, dialect, steps, maxPlaces)),
    'accuracy-metrics-values': metrics && (await checkRows(ask, metrics, dialect, steps, maxPlaces)),
  };
}

/** What reading the parts on this machine would have given. */
function gather(plan: VerificationPlan, parts: PartList, rows: Rows): CheckedParts {
  const { 'forecasted-values': forecasts, 'accuracy-metrics-values': metrics } = rows;
  const book = new FindingBook(plan.maxPlaces);
  for (const table of [forecasts, metrics]) if (table !== undefined) book.merge(table.book.export());
  return {
    book,
    dropped: parts.dropped,
    failed: parts.failed,
    rows: {
      'forecasted-values': (forecasts?.rows ?? 0) + parts.droppedRows['forecasted-values'],
      'accuracy-metrics-values': (metrics?.rows ?? 0) + parts.droppedRows['accuracy-metrics-values'],
    },
    forecastWindows: forecasts?.windows ?? new WindowList(),
    metricWindows: metrics?.windows ?? new WindowList(),
    definedWindows: metrics?.definedWindows ?? new WindowList(),
    headers: new Map(),
    notes: [],
  };
}

function makeQuery(
  plan: VerificationPlan,
  tables: CheckedTables,
  context: JudgeContext,
  rows: Rows,
  careful: boolean,
): SeriesQuery {
  const { tolerance, frequency } = plan;
  const { columns, forecasts, metrics } = context;
  const windows = listWindows(context);
  const facts = {
    columns,
    wholeForecasts: forecasts.whole,
    wholeMetrics: metrics.whole,
    hasFrequency: frequency !== null,
    tolerance,
  };
  const steps = careful ? ({ by: 'keys' } as const) : stepCount(plan, windows, rows);
  return {
    tables,
    judge: { steps, careful, columns, windows: windowList(windows) },
    checks: seriesChecks(tables, facts),
    tolerance,
  };
}

function listWindows({ forecasts, metrics, steps }: JudgeContext): ListedWindow[] {
  const all = new WindowList();
  for (const { windows } of [forecasts, metrics]) all.merge(windows.list());
  const windows = all.list();
  if (windows.length > mostWindows) throw tooManyWindows(windows.length);
  return windows.map(({ start, end }) => ({
    start,
    end,
    steps: steps.of(start, end)?.length ?? null,
    inForecasts: forecasts.windows.has(start, end),
    inMetrics: metrics.windows.has(start, end),
  }));
}

function tooManyWindows(found: number): BacktestExportError {
  const problem = `expected at most ${mostWindows} backtest windows, found ${found}: checks in SQL list them`;
  return new BacktestExportError('TOO_MANY_GROUPS', problem);
}

/** Bits where every row is at a step of a fixed length. Rows at other times look like repeats then, and are compared. */
function stepCount({ frequency }: VerificationPlan, windows: readonly ListedWindow[], rows: Rows): StepCount {
  const milliseconds = frequency === null ? null : fixedStep(frequency);
  const counts = windows.map(({ steps }) => steps);
  const forecasts = rows['forecasted-values'];
  const isOff = (['TIME_OUTSIDE_WINDOW', 'TIME_OFF_FREQUENCY'] as const).some(
    (code) => (forecasts?.book.get(code)?.count ?? 0) > 0,
  );
  if (milliseconds === null || isOff || counts.includes(null)) return { by: 'keys' };
  const most = counts.reduce<number>((longest, steps) => Math.max(longest, steps ?? 0), 1);
  return most > mostBitSteps ? { by: 'keys' } : { by: 'bits', milliseconds, steps: most };
}

/** Notes the duplicates of a table. */
function addDuplicates(
  { duplicateForecasts, duplicateMetrics }: JudgeContext,
  name: TableName,
  rows: Rows,
  found: Readonly<Record<TableName, FoundDuplicates | undefined>>,
): void {
  const duplicates = name === 'forecasted-values' ? duplicateForecasts : duplicateMetrics;
  const { keys = new Map<number, number>(), counts, compared = 0 } = found[name] ?? {};
  duplicates.addKeys((rows[name]?.valid ?? 0) - compared, 1);
  for (const [copies, count] of keys) duplicates.addKeys(count, copies);
  for (const likeness of ['exact', 'near', 'different'] as const) {
    const count = counts?.[likeness] ?? 0;
    if (count === 0) continue;
    const table = tableNumber[name];
    duplicates.add(likeness, { file: table, record: 1 }, { file: table, record: 0 });
    duplicates.book.addCount(duplicateCodes[likeness], count - 1);
  }
}

const duplicateCodes = {
  exact: 'DUPLICATE_EXACT',
  near: 'DUPLICATE_NEAR',
  different: 'DUPLICATE_DIFFERENT',
} as const;
