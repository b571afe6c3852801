import type { ConversionLoss, ConversionResult, ConvertedTable } from '../../convert/conversion.ts';
import type { TableConversion } from '../../convert/convert-table.ts';
import { tableSection, type Document, type Section } from '../layout/document.ts';
import { showBytes, showCount, showExport, showText } from '../values/show-value.ts';
import { left, right, whole } from '../layout/table.ts';

/** What `convert` prints: the tables with their checksums, and what was lost. */
export function describeConversion(result: ConversionResult): Document {
  const tables = Object.entries(result.tables).flatMap(([name, table]) => (table === null ? [] : [{ ...table, name }]));
  const written: Written = { ...result, place: result.destination, tables };
  return {
    sections: () => [tablesSection(written), ...(result.losses.length === 0 ? [] : [lossSection(result.losses)])],
    data: result,
  };
}

/** What `convert` prints where it writes one table as a file. */
export function describeTableConversion(result: TableConversion): Document {
  const { losses, file, table } = result;
  const written: Written = { ...result, place: file, tables: [{ ...result, name: table }] };
  return {
    sections: () => [tablesSection(written), ...(losses.length === 0 ? [] : [lossSection(losses)])],
    data: result,
  };
}

/** What was written, of a whole export or of one table. */
interface Written extends Pick<ConversionResult, 'jobName' | 'exportedAt' | 'from' | 'to' | 'guardedCells'> {
  readonly place: string;
  readonly tables: readonly (ConvertedTable & { readonly name: string })[];
}

function tablesSection(result: Written): Section {
  const { from, to, place, tables, guardedCells } = result;
  return {
    title: `${showExport(result, 'a single file')}: ${from} to ${to}, in ${showText(place)}`,
    ...tableSection(tables, [
      [left('table'), ({ name }) => name],
      [right('rows'), ({ rows }) => String(rows)],
      [right('parts', { drop: 1 }), ({ partsRead, partsWritten }) => `${partsRead} → ${partsWritten}`],
      [right(from === to ? 'read' : from, { drop: 2 }), ({ bytesRead }) => showBytes(bytesRead)],
      [right(from === to ? 'written' : to, { drop: 2 }), ({ bytesWritten }) => showBytes(bytesWritten)],
      [whole('checksum'), ({ checksum }) => checksum],
    ]),
    notes: [
      'Proven: every file was read back before it got its final name, and has the same rows and the same checksum for every column.',
      ...(guardedCells === 0
        ? []
        : [
            `${showCount(guardedCells, 'text cell')} got a quote mark, since a spreadsheet would run the text as a formula.`,
          ]),
    ],
  };
}

function lossSection(losses: readonly ConversionLoss[]): Section {
  return {
    title: 'Not restorable: the values are kept, their text is not',
    ...tableSection(losses, [
      [whole('kind'), ({ kind }) => kind],
      [right('count'), ({ count }) => String(count)],
      [left('column'), ({ column, table }) => showText(column ?? table)],
      [left('first'), ({ reason }) => showText(reason)],
      [left('where', { drop: 1 }), showWhere],
    ]),
  };
}

function showWhere({ file, record, byte }: ConversionLoss): string {
  const where = [showText(file)];
  if (record !== null) where.push(`record ${record}`);
  if (byte !== null) where.push(`byte ${byte}`);
  return where.join(', ');
}
