import type { CellReader } from './cell-reader.ts';
import type { StoredType } from './sql-table.ts';

/** What `schema/time-text.ts` takes as a time, but for the days of a month. */
const pattern =
  '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' +
  '([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,3}0{0,6})?(Z|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?';

/** Milliseconds since 1970 of a text, as lines: NULL for what is no time. A time without a zone is in UTC. */
export function timeOfText({ matches, extract, days }: CellReader, text: string): string[] {
  const clock = (from: number, milliseconds: number): string =>
    `COALESCE(TRY_CAST(SUBSTR(${text}, ${from}, 2) AS BIGINT), 0) * ${milliseconds}`;
  const rest = `SUBSTR(${text}, 20)`;
  const digits = (pattern: string): string => `COALESCE(TRY_CAST(${extract(rest, pattern)} AS BIGINT), 0)`;
  const fraction = `RPAD(SUBSTR(${extract(rest, '[.]([0-9]+)')}, 1, 3), 3, '0')`;
  return [
    `CASE WHEN ${matches(text, pattern)} AND ${text} NOT LIKE '0000%' THEN`,
    `  ${days(`TRY_CAST(SUBSTR(${text}, 1, 10) AS DATE)`)} * 86400000`,
    `  + ${clock(12, 3_600_000)} + ${clock(15, 60_000)} + ${clock(18, 1000)}`,
    // a fraction, an offset
    `  + CASE WHEN LENGTH(${text}) <= 20 THEN 0 ELSE`,
    `      CASE WHEN ${rest} LIKE '.%' THEN CAST(${fraction} AS BIGINT) ELSE 0 END`,
    `      + CASE WHEN ${rest} LIKE '%-%' THEN 60000 ELSE -60000 END`,
    `        * (${digits('[+-]([0-9]{2})')} * 60 + ${digits('[+-][0-9]{2}:?([0-9]{2})')})`,
    '    END',
    'END',
  ];
}

/** Milliseconds since 1970 of a date or time that is no text. */
export function timeOfStored({ days, milliseconds }: CellReader, column: string, stored: StoredType): string {
  if (stored.kind === 'timestamp') return milliseconds(column, stored);
  return `${days(column)} * 86400000`;
}
