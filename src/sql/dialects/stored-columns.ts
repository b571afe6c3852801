import type { SchemaElement } from '../../parquet/format/footer-metadata.ts';
import { nameOf } from '../../schema/column-names.ts';
import { columnsByField, fieldsOf } from '../../schema/fields.ts';
import type { TableSchema } from '../../schema/schema.ts';
import type { DialectName } from './dialect.ts';
import type { StoredColumn, StoredType } from './sql-table.ts';

/** The columns of a table over CSV, by their places: names that every catalog takes, each once. */
export function columnsOfCsv(schema: TableSchema): StoredColumn[] {
  const taken = new Set<string>();
  const columns = columnsByField(schema);
  return fieldsOf(schema).map((field, index) => {
    const column = columns[index];
    const name = freeName(nameOf(column ?? field, 'athena'), taken);
    return { fileName: field.name, name, stored: { kind: 'text' } };
  });
}

/**
 * The columns of a table over Parquet: by their names in the files, in lower case where the engine has no other; in Athena
 * by place where a name is not one that it can have. `elements` are the columns of a footer, by field.
 */
export function columnsOfParquet(
  schema: TableSchema,
  elements: readonly SchemaElement[],
  dialect: DialectName,
): StoredColumn[] {
  const fields = fieldsOf(schema);
  const isPlain = fields.every(({ name }) => /^[a-z_][a-z0-9_]*$/i.test(name));
  const byPlace = dialect === 'athena' && !isPlain ? columnsOfCsv(schema) : undefined;
  return fields.map(({ name: fileName }, index) => {
    const hasCase = dialect === 'spark' || dialect === 'duckdb';
    const name = byPlace?.[index]?.name ?? (hasCase ? fileName : fileName.toLowerCase());
    const element = elements[index];
    return { fileName, name, stored: element === undefined ? { kind: 'text' } : storedOf(element, dialect) };
  });
}

/** A name that no other column of the table has, which it then counts as taken. */
export function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
  taken.add(name);
  return name;
}

/** What an engine makes of a column of Parquet. Sources: `target-of-column.ts` for what this library reads; the tests for the engines. */
function storedOf(element: SchemaElement, dialect: DialectName): StoredType {
  const { type, converted_type: converted, logical_type: logical, scale, precision } = element;
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const digits = logical?.precision ?? precision ?? 38;
    return { kind: 'decimal', precision: digits, scale: logical?.scale ?? scale ?? 0 };
  }
  if (type === 'DOUBLE') return { kind: 'double' };
  if (type === 'FLOAT') return { kind: 'float' };
  const isZoned = logical?.isAdjustedToUTC ?? true;
  // the hive connector has no instants, and reads these as dates and times in UTC
  const zoned = (dialect === 'spark' || dialect === 'duckdb') && isZoned;
  if (type === 'INT96') return { kind: 'timestamp', unit: 'nanos', zoned: dialect === 'spark' };
  if (type === 'INT32' || type === 'INT64') {
    if (converted === 'DATE' || logical?.type === 'DATE') return { kind: 'date' };
    if (logical?.type === 'TIMESTAMP' || converted?.startsWith('TIMESTAMP') === true) {
      const isMillis = logical?.unit === 'MILLIS' || converted === 'TIMESTAMP_MILLIS';
      return { kind: 'timestamp', unit: isMillis ? 'millis' : logical?.unit === 'NANOS' ? 'nanos' : 'micros', zoned };
    }
    return { kind: type === 'INT32' ? 'int' : 'bigint' };
  }
  return { kind: 'text' };
}
