import { formatJavaDouble } from '../../schema/java-double.ts';
import { tableNames } from '../../schema/schema.ts';
import { partPath } from '../plan-files.ts';
import type { DefectNameOf } from './names.ts';
import { formatRaw, placeOf, type PlantedPlace, type RawTable } from './raw-table.ts';
import {
  choosePart,
  columnIndexes,
  type DefectInfo,
  type DefectPlace,
  type DefectSite,
  type RowsDefect,
} from './site.ts';

/** Every defect of whole records by its name, except `merged-exports`, which {@link plantMergedExports} plants in all parts. */
export const recordDefects: Readonly<Record<Exclude<DefectNameOf<'record'>, 'merged-exports'>, RowsDefect>> = {
  'repeated-header': {
    description: 'the header repeated among the data, as after concatenating parts',
    expects: 'CSV_HEADER_REPEATED',
    edit: (raw, record) => insertAfter(raw, record, [...rowAt(raw, 0)]),
  },
  'too-few-fields': {
    description: 'a record without its last field',
    expects: 'CSV_FIELD_COUNT',
    edit: (raw, record) => {
      rowAt(raw, record).pop();
      return placeOf(raw, record);
    },
  },
  'too-many-fields': {
    description: 'a record with one field more than the header',
    expects: 'CSV_FIELD_COUNT',
    edit: (raw, record) => {
      rowAt(raw, record).push('1.0');
      return placeOf(raw, record);
    },
  },
  'unclosed-quote': {
    description: 'a quote that is opened and never closed',
    expects: 'CSV_QUOTE_UNCLOSED',
    edit: openQuote,
  },
  'stray-quote': {
    description: 'a quote inside an unquoted field',
    expects: 'CSV_QUOTE_STRAY',
    edit: (raw, record) => {
      rowAt(raw, record)[0] = 'ab"c';
      const place = placeOf(raw, record, 0);
      return { ...place, byte: (place.byte ?? 0) + 2 };
    },
  },
  'endless-line': {
    description: 'an item id of 2 MiB, beyond the limit of a record',
    expects: 'CSV_RECORD_TOO_LONG',
    edit: (raw, record) => {
      rowAt(raw, record)[0] = 'x'.repeat(2 * 1024 * 1024);
      return placeOf(raw, record);
    },
  },
  'duplicate-row': {
    description: 'a duplicate record, equal in all fields',
    edit: (raw, record) => insertAfter(raw, record, [...rowAt(raw, record)]),
  },
  'duplicate-row-nearly': {
    description: 'a duplicate record, with one forecast different in its last bit',
    edit: (raw, record, { options }) => insertChanged(raw, record, columnIndexes(options).forecast, nudge),
  },
  'duplicate-row-different': {
    description: 'a duplicate record, with a different actual',
    edit: (raw, record, { options }) => insertChanged(raw, record, columnIndexes(options).target, () => '123456.0'),
  },
};

/** The description of {@link plantMergedExports}. */
export const mergedExports: DefectInfo = {
  description:
    'three exports of one predictor in one set of files: each key three times, Summary rows differ in the last bit',
};

/** Writes each record of every part three times; the copies' Summary metrics differ in the last bit. */
export function plantMergedExports(site: DefectSite): DefectPlace {
  const { options, draft } = site;
  const index = columnIndexes(options);
  const copyOf = (rows: readonly string[][], accuracy: boolean, every: number): string[][] =>
    rows.map((row, number) =>
      accuracy && row[index.backtestWindow] === 'Summary' && number % every === 0
        ? row.map((field, column) => (column >= index.metric ? nudge(field) : field))
        : row,
    );
  for (const table of tableNames) {
    for (let part = 0; part < options.parts; part++) {
      const { path, raw } = choosePart({ ...site, defect: { name: site.defect.name, table, part, record: 1 } });
      const rows = raw.rows.slice(1);
      const accuracy = table === 'accuracy-metrics-values';
      for (const copy of [...copyOf(rows, accuracy, 1), ...copyOf(rows, accuracy, 2)]) raw.rows.push(copy);
      draft.files.set(path, formatRaw(raw));
    }
  }
  return { path: partPath(options, 'accuracy-metrics-values', 0) };
}

/** Opens a quote in the chosen record, or in the last one if a later quote would close it. */
function openQuote(raw: RawTable, record: number): PlantedPlace {
  const later = raw.rows.slice(record).some((row) => row.some((field) => field.includes('"')));
  const chosen = later ? raw.rows.length - 1 : record;
  rowAt(raw, chosen)[0] = '"never closed';
  return placeOf(raw, chosen, 0);
}

function insertAfter(raw: RawTable, record: number, row: string[]): PlantedPlace {
  raw.rows.splice(record + 1, 0, row);
  return placeOf(raw, record + 1);
}

/** Inserts a copy of a record with one field changed. */
function insertChanged(raw: RawTable, record: number, column: number, change: (field: string) => string): PlantedPlace {
  const copy = rowAt(raw, record).map((field, index) => (index === column ? change(field) : field));
  return insertAfter(raw, record, copy);
}

/** The next double away from zero, in Java's layout; non-numeric text is returned unchanged. */
function nudge(field: string): string {
  const value = Number(field);
  if (!Number.isFinite(value) || field === '') return field;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return formatJavaDouble(view.getFloat64(0));
}

function rowAt(raw: RawTable, record: number): string[] {
  return raw.rows[record] ?? [];
}
