import type { ColumnSchema, TableSchema } from './schema.ts';

/** The fields of a record in header order: the columns, and the left-out ones among them as text. */
export function fieldsOf({ columns, leftOut = [] }: TableSchema): readonly ColumnSchema[] {
  if (leftOut.length === 0) return columns;
  const fields = [...columns];
  // sorted by their index in the header
  for (const { name, field } of leftOut) {
    fields.splice(field, 0, { name, role: 'dimension', kind: 'text', allowsNotDefined: false });
  }
  return fields;
}

/** The column of each field of a record; undefined for a left-out field. */
export function columnsByField({ columns, leftOut = [] }: TableSchema): readonly (ColumnSchema | undefined)[] {
  const fields: (ColumnSchema | undefined)[] = [...columns];
  for (const { field } of leftOut) fields.splice(field, 0, undefined);
  return fields;
}
