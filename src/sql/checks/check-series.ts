import { BacktestExportError } from '../../errors.ts';
import type { Ask } from './ask.ts';
import type { AnswerRow } from './answer-row.ts';
import { placeColumns, seriesCountQuery, seriesPlaceQuery, type SeriesQuery } from './series-query.ts';
import type { SeriesCheck } from './series-checks.ts';

/** Where a check found something: a window of a series. */
export interface SeriesPlace {
  readonly item: string;
  readonly dimensions: readonly string[];
  readonly start: number;
  readonly end: number;
  /** Of a metric; null is `not defined`. */
  readonly expected: number | null;
  readonly found: number | null;
  readonly difference: number;
}

/** What a check counted. */
export interface SeriesCount {
  readonly check: SeriesCheck;
  /** The sum of its amounts; of a metric the cells that were compared. */
  readonly amount: number;
  readonly differ: number;
  /** The cell with the greatest difference; null where none was compared. */
  readonly greatest: SeriesPlace | null;
}

/** Counts every check over all series. @throws as {@link Ask} */
export async function checkSeries(ask: Ask, query: SeriesQuery): Promise<SeriesCount[]> {
  const counts: SeriesCount[] = query.checks.map((check) => ({ check, amount: 0, differ: 0, greatest: null }));
  const dimensions = placeColumns(query.tables).length - 6;
  await ask(seriesCountQuery(query), query.checks.length, (row) => {
    const k = row.count();
    const check = query.checks[k];
    if (check === undefined) throw new BacktestExportError('ENGINE_RESULT_INVALID', `there is no check ${k}`);
    const [amount, differ] = [row.count(), row.count()];
    const place = readPlace(row, dimensions);
    const isMetric = check.expected !== undefined && amount > 0;
    counts[k] = { check, amount, differ, greatest: isMetric ? place : null };
  });
  return counts;
}

/** The first places of some checks, by their numbers. @throws as {@link Ask} */
export async function findSeriesPlaces(
  ask: Ask,
  query: SeriesQuery,
  wanted: readonly number[],
  most: number,
): Promise<Map<number, SeriesPlace[]>> {
  const found = new Map<number, SeriesPlace[]>();
  if (wanted.length === 0 || most === 0) return found;
  const dimensions = placeColumns(query.tables).length - 6;
  await ask(seriesPlaceQuery(query, wanted, most), wanted.length * most, (row) => {
    const k = row.count();
    const places = found.get(k) ?? [];
    found.set(k, places);
    places.push(readPlace(row, dimensions));
  });
  return found;
}

function readPlace(row: AnswerRow, dimensions: number): SeriesPlace {
  const item = row.text();
  const texts = Array.from({ length: dimensions }, () => row.text());
  const [start, end] = [row.integer() ?? 0, row.integer() ?? 0];
  const [expected, found] = [row.number(), row.number()];
  return { item, dimensions: texts, start, end, expected, found, difference: row.number() ?? 0 };
}
