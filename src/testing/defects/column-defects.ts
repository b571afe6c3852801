import { columnOfForecastType } from '../../schema/forecast-type.ts';
import { percentOf } from '../plan-files.ts';
import type { DefectNameOf } from './names.ts';
import { placeOf, type PlantedPlace, type RawTable } from './raw-table.ts';
import { columnIndexes, type DefectSite, type RowsDefect } from './site.ts';

/** Every defect of the header or of whole columns of one part, by its name. */
export const columnDefects: Readonly<Record<DefectNameOf<'column'>, RowsDefect>> = {
  'missing-header': {
    description: 'no header: the first line is data',
    expects: 'CSV_HEADER_MISSING',
    edit: (raw) => {
      raw.rows.shift();
      return placeOf(raw, 0);
    },
  },
  'wrong-header': {
    description: 'the column timestamp named time_stamp: not an export',
    expects: 'SCHEMA_INVALID',
    edit: (raw, _, site) => renameColumn(raw, columnIndexes(site.options).timestamp, 'time_stamp'),
  },
  'shuffled-columns': {
    description: 'the columns in a different order: read by name',
    edit: (raw, _, site) => {
      const keys = columnIndexes(site.options).timestamp;
      for (const row of raw.rows) {
        const known = row.splice(keys).reverse();
        row.unshift(...known);
      }
      return placeOf(raw, 0);
    },
  },
  'duplicate-column': {
    description: 'two columns with the same name',
    expects: 'SCHEMA_DUPLICATE_COLUMN',
    edit: (raw, _, site) => {
      const { target } = columnIndexes(site.options);
      for (const row of raw.rows) row.push(row[target] ?? '');
      return placeOf(raw, 0, (raw.rows[0]?.length ?? 1) - 1);
    },
  },
  'columns-disagree': {
    description: 'one part with a different quantile from the other parts',
    expects: 'SCHEMA_CONFLICT',
    edit: (raw, _, site) => renameColumn(raw, (raw.rows[0]?.length ?? 1) - 1, unusedColumn(site)),
  },
  'quoted-everything': {
    description: 'quotes around every field, including the header',
    edit: (raw) => {
      for (const row of raw.rows) {
        for (const [index, field] of row.entries()) row[index] = field.startsWith('"') ? field : `"${field}"`;
      }
      return placeOf(raw, 0);
    },
  },
};

function renameColumn(raw: RawTable, column: number, name: string): PlantedPlace {
  const header = raw.rows[0] ?? [];
  header[column] = name;
  return placeOf(raw, 0, column);
}

function unusedColumn(site: DefectSite): string {
  const used = new Set(site.options.forecastTypes.map((type) => (type === 'mean' ? 0 : percentOf(type))));
  const free = Array.from({ length: 99 }, (_, index) => 99 - index).find((percent) => !used.has(percent)) ?? 99;
  return columnOfForecastType(String(free / 100));
}
