import type { ConversionLoss, ConversionResult } from '../../convert/conversion.ts';
import { showBytes, showCount, showText, showTime } from '../print/show-value.ts';
import type { Style } from '../print/style.ts';
import { textSections, type Section } from '../print/text-sections.ts';

/** What `convert` prints for people: the tables with their checksums, and what was lost. */
export function conversionSections(result: ConversionResult, style: Style): Iterable<string> {
  return textSections([tablesSection(result), ...lossSections(result.losses)], style);
}

function tablesSection(result: ConversionResult): Section {
  const { jobName, exportedAt, from, to, destination, tables, guardedCells } = result;
  const owner =
    jobName === null || exportedAt === null ? 'a single file' : `${jobName}, exported ${showTime(exportedAt)}`;
  const rows = Object.entries(tables).flatMap(([name, table]) =>
    table === null
      ? []
      : [
          [
            name,
            String(table.rows),
            `${table.partsRead} → ${table.partsWritten}`,
            showBytes(table.bytesRead),
            showBytes(table.bytesWritten),
            table.checksum,
          ],
        ],
  );
  return {
    title: `${showText(owner)}: ${from} to ${to}, in ${showText(destination)}`,
    columns: [
      { header: 'table' },
      { header: 'rows', align: 'right', whole: true },
      { header: 'parts', align: 'right', drop: 1 },
      { header: from === to ? 'read' : from, align: 'right', drop: 2 },
      { header: from === to ? 'written' : to, align: 'right', drop: 2 },
      { header: 'checksum', whole: true },
    ],
    rows,
    remarks: [
      'Proven: every file was read back before it got its name, and holds the same rows with the same checksum of every column.',
      ...(guardedCells === 0 ? [] : [`${showCount(guardedCells, 'text cell')} got a quote mark before a formula.`]),
    ],
  };
}

function lossSections(losses: readonly ConversionLoss[]): Section[] {
  if (losses.length === 0) return [];
  const rows = losses.map(({ table, kind, column, count, reason, file, record, byte }) => [
    kind,
    String(count),
    column === null ? table : showText(column),
    showText(reason),
    [showText(file), ...(record === null ? [] : [`record ${record}`]), ...(byte === null ? [] : [`byte ${byte}`])].join(
      ', ',
    ),
  ]);
  return [
    {
      title: 'Not restorable: the values are kept, their text is not',
      columns: [
        { header: 'kind', whole: true },
        { header: 'count', align: 'right', whole: true },
        { header: 'column' },
        { header: 'first' },
        { header: 'where', drop: 1 },
      ],
      rows,
      remarks: [],
    },
  ];
}
