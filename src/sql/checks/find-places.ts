import { tableOf } from '../../export/find/backtest-export.ts';
import { given } from '../../given.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import { tableNames, type TableName, type TableSchema } from '../../schema/schema.ts';
import type { VerificationPlan } from '../../verify/base/plan.ts';
import type { FindingPlace } from '../../verify/base/report.ts';
import type { FindingCode } from '../../verify/base/rules.ts';
import type { Ask } from './ask.ts';
import { findSeriesPlaces } from './check-series.ts';
import { tableNumber } from './check-tables.ts';
import type { CheckedTable } from './checked-table.ts';
import { duplicatePlaceQuery } from './duplicate-query.ts';
import { placeOf, type FoundKey } from './place-of.ts';
import type { AnswerRow } from './answer-row.ts';
import { rowPlaceQuery } from './row-place-query.ts';
import type { CheckedInSql } from './run-checks.ts';

type Places = Map<FindingCode, FindingPlace[]>;

/**
 * The first places of findings, by key: a statement for each rule about rows, one for all about series, one for duplicates of a
 * table. None where no places are wanted. @throws as {@link Ask}
 */
export async function findPlaces(
  ask: Ask,
  plan: VerificationPlan,
  run: CheckedInSql,
  wanted: readonly FindingCode[],
): Promise<Places> {
  const places: Places = new Map();
  if (plan.maxPlaces === 0) return places;
  for (const code of wanted) {
    const known = run.parts.places.get(code) ?? windowPlaces(code, plan, run);
    if (known !== undefined) places.set(code, [...known]);
  }
  for (const name of tableNames) {
    const table = name === 'forecasted-values' ? run.tables.forecasts : run.tables.metrics;
    if (table === undefined) continue;
    for (const code of wanted) await addRowPlaces(ask, plan, run, table, code, places);
    if (duplicateCodes.some((code) => wanted.includes(code))) await addDuplicatePlaces(ask, plan, run, table, places);
  }
  await addSeriesPlaces(ask, plan, run, wanted, places);
  return places;
}

const duplicateCodes: readonly FindingCode[] = ['DUPLICATE_EXACT', 'DUPLICATE_NEAR', 'DUPLICATE_DIFFERENT'];

function add(places: Places, code: FindingCode, place: FindingPlace, most: number): void {
  const known = places.get(code) ?? [];
  places.set(code, known);
  if (known.length < most) known.push(place);
}

const aboutWindows: ReadonlySet<FindingCode> = new Set([
  'WINDOWS_OVERLAP',
  'WINDOW_WITHOUT_METRICS',
  'WINDOW_WITHOUT_FORECASTS',
]);

/** Findings about whole windows and tables, whose places name no row. */
function windowPlaces(
  code: FindingCode,
  { parts }: VerificationPlan,
  { context, rows }: CheckedInSql,
): FindingPlace[] | undefined {
  const found = context.book.get(code)?.places ?? [];
  if (code === 'EXPORTS_MERGED') {
    return found.map(({ file, detail }) => ({ file: parts[file]?.part.path ?? '', ...given({ detail }) }));
  }
  if (!aboutWindows.has(code)) return undefined;
  return found.flatMap(({ file, record }) => {
    const name = tableNames.find((each) => tableNumber[each] === file);
    const span = name && rows[name]?.windowOf(record);
    if (name === undefined || span === undefined) return [];
    const window = { start: new Date(span.start).toISOString(), end: new Date(span.end).toISOString() };
    return [{ file: name, window }];
  });
}

async function addRowPlaces(
  ask: Ask,
  { maxPlaces }: VerificationPlan,
  { rows, parts, tables }: CheckedInSql,
  table: CheckedTable,
  code: FindingCode,
  places: Places,
): Promise<void> {
  const { schema } = table;
  const found = rows[schema.table];
  if ((found?.book.get(code)?.count ?? 0) === 0) return;
  const query = rowPlaceQuery(table, code, found?.times.get(code) ?? [], maxPlaces, tables.dialect);
  if (query === undefined) return;
  const names = columnNames(schema);
  await ask(query.sql, maxPlaces, (row) => {
    const key = readKey(row, schema);
    const file = parts.fileOf(schema.table, row.text());
    const number = query.columns[row.count()] ?? -1;
    const column = code === 'QUANTILES_CROSSED' || number < 0 ? undefined : names[number];
    add(places, code, placeOf(file, schema, key, given({ column })), maxPlaces);
  });
}

/** Item, dimensions, window and timestamp of a row of an answer. */
function readKey(row: AnswerRow, { dimensions }: TableSchema): FoundKey {
  const item = row.text();
  const texts = dimensions.map(() => row.text());
  return { item, dimensions: texts, start: row.integer(), end: row.integer(), time: row.integer() };
}

/** The names of number columns, by the numbers that `row-query.ts` gives them. */
function columnNames(schema: TableSchema): string[] {
  const columns = columnsOf(schema);
  if (schema.table !== 'forecasted-values') return columns.metrics.map(({ name }) => name);
  const nameOf = (type: string): string =>
    schema.columns.find(({ forecastType }) => forecastType === type)?.name ?? type;
  return [columns.target, ...schema.forecastTypes.map(nameOf)];
}

async function addDuplicatePlaces(
  ask: Ask,
  { maxPlaces }: VerificationPlan,
  { context, parts, tables }: CheckedInSql,
  table: CheckedTable,
  places: Places,
): Promise<void> {
  const { schema } = table;
  const isForecasts = schema.table === 'forecasted-values';
  const duplicates = isForecasts ? context.duplicateForecasts : context.duplicateMetrics;
  if (duplicates.merged > 1 || duplicates.book.export().length === 0) return;
  await ask(duplicatePlaceQuery(table, maxPlaces, tables.dialect), 3 * maxPlaces, (row) => {
    const code = duplicateCodes[row.count() - 1];
    const { time, ...key } = readKey(row, schema);
    const [file, first] = [row.text(), row.text()].map((part) => parts.fileOf(schema.table, part));
    const of = { file: first ?? '' };
    const place = placeOf(file ?? '', schema, isForecasts ? { ...key, ...given({ time }) } : key, { of });
    if (code !== undefined) add(places, code, place, maxPlaces);
  });
}

const aboutForecasts: ReadonlySet<FindingCode> = new Set(['STEP_MISSING', 'SERIES_WITHOUT_METRICS', 'METRICS_ABSENT']);

async function addSeriesPlaces(
  ask: Ask,
  { bx, maxPlaces }: VerificationPlan,
  { query, counts, judged, context }: CheckedInSql,
  wanted: readonly FindingCode[],
  places: Places,
): Promise<void> {
  const chosen = new Set([...judged.computed, ...judged.summary].map(({ count }) => count));
  const asked = counts.flatMap((count, k) => {
    const { check, amount, differ } = count;
    const isFound = check.expected === undefined ? amount > 0 : differ > 0 && chosen.has(count);
    return isFound && wanted.some((code) => code === check.code) ? [k] : [];
  });
  const found = await findSeriesPlaces(ask, query, asked, maxPlaces);
  for (const [k, list] of found) {
    const check = query.checks[k];
    const code = wanted.find((each) => each === check?.code);
    if (check === undefined || code === undefined) continue;
    const table: TableName = aboutForecasts.has(code) ? 'forecasted-values' : 'accuracy-metrics-values';
    const column = check.column === undefined ? undefined : context.columns[check.column]?.name;
    for (const place of list) {
      const { expected, found: value } = place;
      const values = column === undefined ? {} : { column, expected, found: value };
      add(places, code, placeOf(table, tableOf(bx, table).schema, place, values), maxPlaces);
    }
  }
}
