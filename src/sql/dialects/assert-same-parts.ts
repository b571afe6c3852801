import { BacktestExportError, quoteText } from '../../errors.ts';
import type { PartFile } from '../../export/entries/export-catalog.ts';
import type { ExportTable } from '../../export/find/backtest-export.ts';
import { readHead, type PartHead } from '../../export/parts/part-head.ts';
import { planOf } from '../../export/tables/planned-table.ts';
import { columnsByField } from '../../schema/fields.ts';
import { assertSameColumns } from '../../schema/same-columns.ts';
import { inParallel } from '../../storage/in-parallel.ts';
import { withSignal } from '../../storage/with-signal.ts';
import type { StoredColumn } from './sql-table.ts';

/** Heads read at a time: small reads, of which a store answers many at once. */
const readAtOnce = 16;

/** How the columns of a table are stored, by field, and what they are of a part with another head. */
export interface PartColumns {
  readonly columns: readonly StoredColumn[];
  readonly columnsOf: (head: PartHead) => readonly StoredColumn[];
  /** Whether the engine takes columns by their places. */
  readonly isByPlace: boolean;
}

/**
 * Reads the header or footer of every part, since an engine is told once how columns are stored: of a part where they are stored
 * otherwise it casts in silence, 1.5 to an integer, a time to a date.
 * @throws `SQL_UNSUPPORTED` for columns of another type, or in another order where they go by that; `SCHEMA_CONFLICT`; what reading a
 * head throws, such as `CSV_HEADER_MISSING`; the signal's reason
 */
export async function assertSameParts(
  table: ExportTable,
  parts: readonly PartFile[],
  { columns, columnsOf, isByPlace }: PartColumns,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { storage, decode, heads, expected } = planOf(table);
  if (expected === undefined) return;
  const reading = withSignal(storage, signal);
  const fields = isByPlace ? fieldNames(table.schema) : [];
  await inParallel(parts, readAtOnce, async (part) => {
    signal?.throwIfAborted();
    const head = heads.get(part.path) ?? (await readHead(reading, part, decode));
    assertSameColumns(expected.schema, expected.file, head.schema, part.path);
    const found = fieldNames(head.schema);
    const problem =
      isByPlace && found.some((name, field) => name !== fields[field])
        ? `expected columns in the order of ${quoteText(expected.file)}, as engines take them by their places, found another order`
        : part.format === 'PARQUET' && findOther(columns, columnsOf(head), expected.file);
    if (problem === false || problem === undefined) return;
    const position = { file: part.path, ...(part.format === 'CSV' && { record: 0, line: 1 }) };
    throw new BacktestExportError('SQL_UNSUPPORTED', `${problem}; convert the export first`, { position });
  });
}

function fieldNames(schema: ExportTable['schema']): string[] {
  return columnsByField(schema).map((column) => column?.name ?? '');
}

/** What is wrong with the first column that is stored otherwise; columns of the export alone, by their names. */
function findOther(
  expected: readonly StoredColumn[],
  found: readonly StoredColumn[],
  file: string,
): string | undefined {
  const byName = new Map(found.map((column) => [column.fileName, column]));
  for (const column of expected) {
    const other = byName.get(column.fileName);
    const [before, now] = [describeStored(column), other && describeStored(other)];
    if (now === undefined || before === now) continue;
    return `expected ${quoteText(column.fileName)} stored as in ${quoteText(file)} (${before}), as engines are told once, found ${now}`;
  }
  return undefined;
}

function describeStored({ stored, nullIsNotDefined = false }: StoredColumn): string {
  const detail =
    stored.kind === 'decimal'
      ? `(${stored.precision}, ${stored.scale})`
      : stored.kind === 'timestamp'
        ? ` of ${stored.unit}${stored.zoned ? ' with a zone' : ''}`
        : '';
  return `${stored.kind}${detail}${nullIsNotDefined ? ', whose null is not defined' : ''}`;
}
