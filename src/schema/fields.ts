import type { ColumnSchema, TableSchema } from './schema.ts';

/** The fields of a record, as the header has them: the columns, and between them those that are left out, as text. */
export function fieldsOf({ columns, leftOut = [] }: TableSchema): readonly ColumnSchema[] {
  if (leftOut.length === 0) return columns;
  const fields = [...columns];
  // their places rise, and are places in the header
  for (const { name, field } of leftOut) {
    fields.splice(field, 0, { name, role: 'dimension', kind: 'text', allowsNotDefined: false });
  }
  return fields;
}

/** By field of a record the column that it is; undefined where it is left out. */
export function columnsByField({ columns, leftOut = [] }: TableSchema): readonly (ColumnSchema | undefined)[] {
  const fields: (ColumnSchema | undefined)[] = [...columns];
  for (const { field } of leftOut) fields.splice(field, 0, undefined);
  return fields;
}
