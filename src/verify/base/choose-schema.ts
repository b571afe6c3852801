import { accessErrorCodes, BacktestExportError } from '../../errors.ts';
import type { BacktestExport, ExportTable } from '../../export/backtest-export.ts';
import type { PartFile } from '../../export/export-catalog.ts';
import { readSchema } from '../../export/read-schema.ts';
import { PlannedTable } from '../../export/read-table.ts';
import { assertSameColumns } from '../../schema/same-columns.ts';
import type { TableSchema } from '../../schema/schema.ts';
import type { Storage } from '../../storage/storage.ts';

/**
 * Takes the columns of the second part of a table for those of the export where the first part alone has others, as the
 * third part shows: so the odd part is told, and not all the others. Reads two headers for each table.
 */
export async function chooseSchemas(bx: BacktestExport): Promise<BacktestExport> {
  const forecastedValues = await chooseSchema(bx.forecastedValues, bx.storage);
  const accuracyMetrics = await chooseSchema(bx.accuracyMetrics, bx.storage);
  const known = [forecastedValues, accuracyMetrics].find(({ exists }) => exists);
  if (known === undefined) return bx;
  const { itemColumn, dimensions, forecastTypes } = known.schema;
  return { ...bx, forecastedValues, accuracyMetrics, itemColumn, dimensions, forecastTypes };
}

async function chooseSchema(table: ExportTable, storage: Storage): Promise<ExportTable> {
  if (!table.exists) return table;
  const { name, parts, expected, decode } = table;
  const [second, third] = parts.filter(({ path, size }) => size > 0 && path !== expected.file);
  if (second === undefined || third === undefined) return table;
  const [one, other] = [await schemaOf(second, table, storage), await schemaOf(third, table, storage)];
  if (one === undefined || other === undefined || !isSame(one, other) || isSame(expected.schema, one)) return table;
  return new PlannedTable({ name, storage, parts, expected: { schema: one, file: second.path }, decode });
}

/** Undefined where the header cannot be read, or is one of the other table. */
async function schemaOf(part: PartFile, table: ExportTable, storage: Storage): Promise<TableSchema | undefined> {
  try {
    const schema = await readSchema(storage, part, table.decode);
    return schema.table === table.name ? schema : undefined;
  } catch (error) {
    if (error instanceof BacktestExportError && !accessErrorCodes.has(error.code)) return undefined;
    throw error;
  }
}

function isSame(one: TableSchema, other: TableSchema): boolean {
  try {
    assertSameColumns(one, '', other, '');
    return true;
  } catch (error) {
    if (error instanceof BacktestExportError) return false;
    throw error;
  }
}
