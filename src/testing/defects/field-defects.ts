import type { ErrorCode } from '../../errors.ts';
import type { TableName } from '../../schema/schema.ts';
import type { DefectNameOf } from './names.ts';
import { formatRaw, placeOf } from './raw-table.ts';
import {
  choosePart,
  chooseRecord,
  columnIndexes,
  isComputed,
  type ColumnPlace,
  type DefectInfo,
  type DefectPlace,
  type DefectSite,
} from './site.ts';

/** A defect of one field: its column, and the raw text that replaces it. */
export interface FieldDefect extends DefectInfo {
  readonly column: ColumnPlace;
  readonly text: (clean: string) => string;
  /** Whether all later fields of the record get the same text. */
  readonly toEnd?: boolean;
}

/** Every field defect by its name. */
export const fieldDefects: Readonly<Record<DefectNameOf<'field'>, FieldDefect>> = {
  'nul-byte-in-number': refusedNumber(
    'a NUL byte inside a forecast',
    (clean) => `${clean.slice(0, 1)}\0${clean.slice(1)}`,
  ),
  'nul-byte-in-text': kept('item', 'a NUL byte in an item id: kept', () => 'a\0b'),
  'second-byte-order-mark': kept('item', 'U+FEFF at the start of an item id: kept', () => '\ufeffitem'),
  'empty-target': kept('target', 'an empty target_value: a missing actual', () => ''),
  'empty-forecast': kept('forecast', 'an empty forecast: null', () => ''),
  'empty-item': kept('item', 'an empty item id: null', () => ''),
  'nan-forecast': kept('forecast', 'a NaN forecast: kept and counted', () => 'NaN'),
  'infinite-forecast': kept('forecast', 'an infinite forecast: kept and counted', () => 'Infinity'),
  'negative-zero': kept('forecast', 'a forecast of -0.0: its sign is kept', () => '-0.0'),
  'overflow-number': refusedNumber('a forecast of 1e400, beyond a double', () => '1e400', 'NUMBER_OVERFLOW'),
  'hex-number': refusedNumber('a forecast of 0x10', () => '0x10'),
  'comma-decimal': refusedNumber('a forecast of 1,5 (quoted)', () => '"1,5"'),
  'space-before-number': refusedNumber('a space before a forecast', (clean) => ` ${clean}`),
  'underscore-number': refusedNumber('a forecast of 1_000', () => '1_000'),
  'word-in-number': refusedNumber('a word in place of a forecast', () => 'unknown'),
  'not-defined-forecast': refusedNumber('not defined in place of a forecast', () => 'not defined'),
  'long-number': kept(
    'forecast',
    'a forecast of 803 characters: correctly rounded',
    () => `0.1${'0123456789'.repeat(80)}`,
  ),
  'halfway-number': kept('forecast', 'a forecast halfway between two doubles: to even', () => '9007199254740993.0'),
  'loose-number': kept('forecast', 'a forecast of +5. : read as 5', () => '+5.'),
  'mixed-time-spelling': kept('timestamp', 'one timestamp with or without Z, unlike the others', otherSpelling),
  'impossible-date': refusedTime('a timestamp on 30 February', likeZone('2021-02-30T00:00:00')),
  'year-zero': refusedTime('a timestamp in the year 0', likeZone('0000-01-01T00:00:00')),
  'leap-second': refusedTime('a timestamp with second 60', likeZone('2016-12-31T23:59:60')),
  'not-a-time': refusedTime('a word in place of a timestamp', () => 'yesterday'),
  'timestamp-outside-window': kept(
    'timestamp',
    'a timestamp outside its backtest window',
    likeZone('2031-01-01T00:00:00'),
  ),
  'window-start-after-end': kept('windowStart', 'a window that starts after its end', likeZone('2031-01-01T00:00:00')),
  'unknown-backtest-window': kept(
    'backtestWindow',
    'a backtest_window other than Computed and Summary',
    () => 'Partial',
  ),
  'not-defined-partly': kept('metric', 'one metric of a row not defined, the others numbers', () => 'not defined'),
  'not-defined-with-forecasts': {
    description: 'metrics not defined for a window that has forecasts',
    column: 'metric',
    text: () => 'not defined',
    toEnd: true,
  },
};

/** Plants one of {@link fieldDefects}. */
export function plantFieldDefect(site: DefectSite, defect: FieldDefect): DefectPlace {
  const index = columnIndexes(site.options);
  const table: TableName =
    defect.column === 'metric' || defect.column === 'backtestWindow' ? 'accuracy-metrics-values' : 'forecasted-values';
  const part = choosePart({ ...site, defect: { ...site.defect, table } });
  const column = index[defect.column];
  const record = chooseRecord(site, part, (row) => table === 'forecasted-values' || isComputed(row, index));
  const row = part.raw.rows[record] ?? [];
  const last = defect.toEnd === true ? row.length : column + 1;
  for (let field = column; field < last; field++) row[field] = defect.text(row[field] ?? '');
  site.draft.files.set(part.path, formatRaw(part.raw));
  return { path: part.path, ...placeOf(part.raw, record, column) };
}

function kept(column: ColumnPlace, description: string, text: (clean: string) => string): FieldDefect {
  return { description, column, text };
}

function refusedNumber(
  description: string,
  text: (clean: string) => string,
  expects: ErrorCode = 'NUMBER_INVALID',
): FieldDefect {
  return { description, column: 'forecast', text, expects };
}

function refusedTime(description: string, text: (clean: string) => string): FieldDefect {
  return { description, column: 'timestamp', text, expects: 'TIME_INVALID' };
}

/** Replaces a time, but keeps the spelling of its zone. */
function likeZone(time: string): (clean: string) => string {
  return (clean) => time + clean.slice(19);
}

function otherSpelling(clean: string): string {
  return clean.length > 19 ? clean.slice(0, 19) : `${clean}Z`;
}
