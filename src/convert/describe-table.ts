import { formatSums, joinSums, type ContentSums } from '../batch/hash/content-sum.ts';
import type { ExportTable } from '../export/find/backtest-export.ts';
import { renameColumns } from '../schema/column-names.ts';
import type { ConvertedTable } from './conversion.ts';
import type { UnitInput, UnitOutput } from './unit.ts';

/** What became of a table; null where nothing was written of it. */
export function describeTable(
  table: ExportTable,
  inputs: readonly UnitInput[],
  outputs: readonly UnitOutput[],
): ConvertedTable | null {
  const own = outputs.filter((_, index) => inputs[index]?.table === table.name);
  if (own.length === 0) return null;
  const columns = table.exists ? renameColumns(table.schema, inputs[0]?.columnNames).columns : [];
  const none: ContentSums = { rows: 0, columns: columns.map(({ name }) => [name, 0]) };
  const sums = own.map((output) => output.sums).reduce(joinSums, none);
  const files = own.flatMap((output) => output.files);
  return {
    rows: sums.rows,
    partsRead: table.parts.length,
    bytesRead: table.bytes,
    partsWritten: files.length,
    bytesWritten: files.reduce((sum, { size }) => sum + size, 0),
    checksum: formatSums(sums),
  };
}
