import { BacktestExportError, quoteText } from '../errors.ts';
import type { ExportTable } from '../export/find/backtest-export.ts';
import { findLostNames, nameOf } from '../schema/column-names.ts';
import type { ConversionLoss, ConvertOptions } from './conversion.ts';

/**
 * What is lost of these tables whatever the rows are: tables whose parts are all empty, and names of columns.
 * @throws `VALUE_NOT_RESTORABLE`, where losses are not allowed
 */
export function listEarlyLosses(tables: readonly ExportTable[], options: ConvertOptions): ConversionLoss[] {
  const losses = tables.flatMap((table) => [...findEmptyParts(table, options), ...findNames(table, options)]);
  const [first] = losses;
  if (first === undefined || options.lossy === true) return losses;
  throw new BacktestExportError('VALUE_NOT_RESTORABLE', first.reason, { position: { file: first.file } });
}

/** A table whose parts are all empty: Parquet would have no columns for it. */
function findEmptyParts(table: ExportTable, { format, rowsPerPart }: ConvertOptions): ConversionLoss[] {
  const [first] = table.parts;
  if (table.exists || first === undefined || (format === 'CSV' && rowsPerPart === undefined)) return [];
  const reason = `the parts of ${table.name} are empty: without a header there are no columns to write`;
  const place = { reason, file: first.path, record: null, byte: null };
  return [{ table: table.name, kind: 'empty-parts', column: null, count: table.parts.length, ...place }];
}

function findNames(table: ExportTable, { columnNames }: ConvertOptions): ConversionLoss[] {
  if (!table.exists || columnNames === undefined) return [];
  return findLostNames(table.schema, columnNames).map((column) => {
    const { name } = column;
    const reason = `the column ${quoteText(name)} would be named ${quoteText(nameOf(column, columnNames))}, from which its name cannot be told`;
    const place = { reason, file: table.parts[0]?.path ?? '', record: null, byte: null };
    return { table: table.name, kind: 'names', column: name, count: 1, ...place };
  });
}
