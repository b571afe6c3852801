import type { ColumnInfo, ResultSet, Row } from '@aws-sdk/client-athena';
import { quoteText } from '../../errors.ts';
import { engineError } from './engine-error.ts';
import type { SqlCell } from './engine.ts';

/**
 * How many rows of the first page are a header: one in the result of a SELECT, none in others.
 * @throws `ENGINE_RESULT_INVALID` for a SELECT without its header: its first row would be lost or added
 */
export function readHeader(set: ResultSet | undefined, type: string | undefined, place: string): 0 | 1 {
  if (type !== 'DML') return 0;
  const columns = columnsOf(set);
  const first = set?.Rows?.[0]?.Data ?? [];
  if (columns.length === first.length && columns.every(({ Name }, at) => Name === first[at]?.VarCharValue)) return 1;
  throw invalid(place, `expected the names of ${columns.length} columns in the first row, found others`);
}

/** The rows of a page, typed as the columns are. @throws `ENGINE_RESULT_INVALID` */
export function* readPage(
  set: ResultSet | undefined,
  skipped: number,
  place: string,
): Generator<readonly SqlCell[], void, undefined> {
  const columns = columnsOf(set);
  for (const row of (set?.Rows ?? []).slice(skipped)) yield readRow(row, columns, place);
}

function columnsOf(set: ResultSet | undefined): readonly ColumnInfo[] {
  return set?.ResultSetMetadata?.ColumnInfo ?? [];
}

function readRow({ Data: cells = [] }: Row, columns: readonly ColumnInfo[], place: string): SqlCell[] {
  // statements such as SHOW and DDL may describe no columns
  if (columns.length > 0 && cells.length !== columns.length) {
    throw invalid(place, `expected a row of ${columns.length} columns, found ${cells.length}`);
  }
  return cells.map(({ VarCharValue: text }, at) => (text === undefined ? null : toCell(text, columns[at], place)));
}

function toCell(text: string, column: ColumnInfo | undefined, place: string): SqlCell {
  const type = column?.Type ?? 'varchar';
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (whole.has(type) && /^-?\d{1,20}$/.test(text)) {
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : BigInt(text);
  }
  if (broken.has(type) && /^(?:-?(?:\d+(?:\.\d+)?(?:E-?\d+)?|Infinity)|NaN)$/.test(text)) return Number(text);
  if (type !== 'boolean' && !whole.has(type) && !broken.has(type)) return text;
  throw invalid(place, `column ${quoteText(column?.Name ?? '')}: expected ${type}, found ${quoteText(text)}`);
}

const whole: ReadonlySet<string> = new Set(['tinyint', 'smallint', 'integer', 'bigint']);
const broken: ReadonlySet<string> = new Set(['double', 'float', 'real']);

function invalid(place: string, problem: string): Error {
  return engineError('ENGINE_RESULT_INVALID', place, problem);
}
