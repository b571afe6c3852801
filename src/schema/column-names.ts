import { BacktestExportError, quoteText } from '../errors.ts';
import { meaningOf } from './column-meaning.ts';
import type { ColumnNaming } from './column-naming.ts';
import { columnOfForecastType } from './forecast-type.ts';
import { inferSchema } from './infer-schema.ts';
import type { ColumnSchema, TableSchema } from './schema.ts';

/**
 * The same table under other names. The item and dimensions keep their names in Forecast's naming.
 * @throws `SCHEMA_DUPLICATE_COLUMN` where two columns would have one name; `SCHEMA_INVALID` where a new name would mean
 * another column
 */
export function renameColumns(schema: TableSchema, naming: ColumnNaming | undefined): TableSchema {
  if (naming === undefined) return schema;
  const columns = schema.columns.map((column) => ({ ...column, name: nameOf(column, naming) }));
  if (columns.every(({ name }, index) => name === schema.columns[index]?.name)) return schema;
  const { leftOut: _, ...renamed } = inferSchema(
    columns.map(({ name }) => name),
    {},
    { indexColumns: 'keep' },
  );
  for (const [index, column] of renamed.columns.entries()) {
    const wanted = columns[index];
    if (wanted === undefined || meaningOf(wanted) === meaningOf(column)) continue;
    const before = quoteText(schema.columns[index]?.name ?? '');
    const problem = `the column ${before} would be named ${quoteText(column.name)}, which has another meaning`;
    throw new BacktestExportError('SCHEMA_INVALID', problem);
  }
  return renamed;
}

/** The columns whose names cannot be restored from those that `naming` gives them. */
export function findLostNames({ columns }: TableSchema, naming: ColumnNaming | undefined): ColumnSchema[] {
  if (naming === undefined) return [];
  const back: ColumnNaming = naming === 'athena' ? 'forecast' : 'athena';
  return columns.filter((column) => {
    const name = nameOf(column, naming);
    return name !== column.name && nameOf({ ...column, name }, back) !== column.name;
  });
}

/** The name of a column in a naming. */
export function nameOf(column: ColumnSchema, naming: ColumnNaming): string {
  const { name, role, forecastType = 'mean' } = column;
  if (role === 'forecast') return columnOfForecastType(forecastType);
  if (role === 'metric') return nameOfMetric(column, naming);
  if (role !== 'item' && role !== 'dimension') return name.toLowerCase();
  if (naming === 'forecast') return name;
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
  return /^[a-z_]/.test(plain) ? plain : `_${plain}`;
}

function nameOfMetric({ name, metric = 'wQL', forecastType = '' }: ColumnSchema, naming: ColumnNaming): string {
  const isAthena = naming === 'athena';
  if (metric === 'wQL') return isAthena ? `wql_${forecastType.replace('.', '_')}` : `wQL[${forecastType}]`;
  if (metric === 'averageWQL') return isAthena ? 'average_wql' : 'Average wQL';
  return isAthena ? name.toLowerCase() : metric;
}
