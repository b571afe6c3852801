import type { ConversionLoss, ConversionResult } from '../../convert/conversion.ts';
import type { Document, Section } from '../print/document.ts';
import { showBytes, showCount, showExport, showText } from '../print/show-value.ts';
import { left, right, whole } from '../print/table.ts';

/** What `convert` prints: the tables with their checksums, and what was lost. */
export function describeConversion(result: ConversionResult): Document {
  return {
    sections: () => [tablesSection(result), ...(result.losses.length === 0 ? [] : [lossSection(result.losses)])],
    data: result,
  };
}

function tablesSection(result: ConversionResult): Section {
  const { from, to, destination, tables, guardedCells } = result;
  return {
    title: `${showExport(result, 'a single file')}: ${from} to ${to}, in ${showText(destination)}`,
    columns: [
      left('table'),
      right('rows'),
      right('parts', { drop: 1 }),
      right(from === to ? 'read' : from, { drop: 2 }),
      right(from === to ? 'written' : to, { drop: 2 }),
      whole('checksum'),
    ],
    rows: Object.entries(tables).flatMap(([name, table]) => {
      if (table === null) return [];
      const { rows, partsRead, partsWritten, bytesRead, bytesWritten, checksum } = table;
      const parts = `${partsRead} → ${partsWritten}`;
      return [[name, String(rows), parts, showBytes(bytesRead), showBytes(bytesWritten), checksum]];
    }),
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
    columns: [whole('kind'), right('count'), left('column'), left('first'), left('where', { drop: 1 })],
    rows: losses.map(({ table, kind, column, count, reason, file, record, byte }) => {
      const where = [showText(file)];
      if (record !== null) where.push(`record ${record}`);
      if (byte !== null) where.push(`byte ${byte}`);
      return [kind, String(count), showText(column ?? table), showText(reason), where.join(', ')];
    }),
  };
}
