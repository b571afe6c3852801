import { accessErrorCodes, BacktestExportError } from '../../errors.ts';
import type { BacktestExport, ExportTable } from '../../export/find/backtest-export.ts';
import type { PartFile } from '../../export/entries/export-catalog.ts';
import { readHead, type PartHead } from '../../export/parts/part-head.ts';
import { PlannedTable, planOf, type TablePlan } from '../../export/tables/planned-table.ts';
import { assertSameColumns } from '../../schema/same-columns.ts';
import type { TableSchema } from '../../schema/schema.ts';

/**
 * Uses the columns of the second part of a table as those of the export where only the first part differs, as the
 * third part shows: so the odd part is reported, not all the others. Reads two headers for each table.
 */
export async function chooseSchemas(bx: BacktestExport): Promise<BacktestExport> {
  const forecastedValues = await chooseSchema(bx.forecastedValues);
  const accuracyMetrics = await chooseSchema(bx.accuracyMetrics);
  const known = [forecastedValues, accuracyMetrics].find(({ exists }) => exists);
  if (known === undefined) return bx;
  const { itemColumn, dimensions, forecastTypes } = known.schema;
  return { ...bx, forecastedValues, accuracyMetrics, itemColumn, dimensions, forecastTypes };
}

async function chooseSchema(table: ExportTable): Promise<ExportTable> {
  const plan = planOf(table);
  const { expected } = plan;
  if (expected === undefined) return table;
  const [second, third] = plan.parts.filter(({ path, size }) => size > 0 && path !== expected.file);
  if (second === undefined || third === undefined) return table;
  const heads = new Map(plan.heads);
  for (const part of [second, third]) {
    const head = await tryHead(plan, part);
    if (head !== undefined) heads.set(part.path, head);
  }
  const [schema, other] = [heads.get(second.path)?.schema, heads.get(third.path)?.schema];
  const known = new PlannedTable({ ...plan, heads });
  if (schema?.table !== table.name || other?.table !== table.name) return known;
  if (!isSame(schema, other) || isSame(expected.schema, schema)) return known;
  return new PlannedTable({ ...plan, heads, expected: { schema, file: second.path } });
}

/** Undefined where the header cannot be read. */
async function tryHead({ storage, decode }: TablePlan, part: PartFile): Promise<PartHead | undefined> {
  try {
    return await readHead(storage, part, decode);
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
