import { shortPartName } from '../../naming/short-part-name.ts';
import type { Cell } from '../../batch/rows.ts';
import type {
  CellDifference,
  ColumnDifference,
  LoneRow,
  RowComparison,
  RowPlace,
  TableComparison,
} from '../../compare/comparison.ts';
import { joinNames } from '../print/sections.ts';
import { showCount, showText, showTime } from '../print/show-value.ts';
import type { Section } from '../print/text-sections.ts';

/** What two exports have in common and where they differ, table by table. */
export function rowSections(result: RowComparison): Section[] {
  return result.tables.flatMap(tableSections);
}

function tableSections(table: TableComparison): Section[] {
  const { columns, onlyInA, onlyInB } = table;
  return [
    countSection(table),
    ...(columns.length === 0 ? [] : [columnSection(table.table, columns)]),
    ...(columns.some(({ places }) => places.length > 0) ? [placeSection(table.table, columns)] : []),
    ...loneSection(`Only in A (${table.table})`, onlyInA.count, onlyInA.places),
    ...loneSection(`Only in B (${table.table})`, onlyInB.count, onlyInB.places),
  ];
}

function countSection(table: TableComparison): Section {
  const missing = [
    ...(table.columnsOnlyInA.length === 0
      ? []
      : [`columns only in A: ${joinNames(table.columnsOnlyInA.map(showText))}`]),
    ...(table.columnsOnlyInB.length === 0
      ? []
      : [`columns only in B: ${joinNames(table.columnsOnlyInB.map(showText))}`]),
  ];
  const headers = ['rows in A', 'rows in B', 'only in A', 'only in B', 'common', 'different'];
  const { rowsA, rowsB, onlyInA, onlyInB, common, different } = table;
  return {
    title: `${table.table}: ${table.equal ? 'equal' : 'different'}`,
    columns: headers.map((header) => ({ header, align: 'right' })),
    rows: [[rowsA, rowsB, onlyInA.count, onlyInB.count, common, different].map(String)],
    remarks: missing,
  };
}

function columnSection(table: string, columns: readonly ColumnDifference[]): Section {
  return {
    title: `Columns that differ (${table})`,
    columns: [
      { header: 'column', whole: true },
      { header: 'cells', align: 'right' },
      { header: 'tolerated', align: 'right', extra: true },
      { header: 'not both numbers', align: 'right', extra: true },
      { header: 'greatest', align: 'right' },
      { header: 'A', align: 'right' },
      { header: 'B', align: 'right' },
      { header: 'where', whole: true },
    ],
    rows: columns.map(({ column, count, kinds, tolerated, greatest }) => [
      showText(column),
      String(count),
      String(tolerated),
      String(kinds),
      ...(greatest === null ? ['-', '', '', ''] : describeDifference(greatest)),
    ]),
    remarks: ['greatest: |A - B| / max(|A|, |B|)'],
  };
}

function placeSection(table: string, columns: readonly ColumnDifference[]): Section {
  return {
    title: `First differences (${table})`,
    columns: [
      { header: 'column', whole: true },
      { header: 'relative', align: 'right' },
      { header: 'A', align: 'right' },
      { header: 'B', align: 'right' },
      { header: 'in A', whole: true },
      { header: 'in B', whole: true },
      { header: 'key', drop: 1 },
    ],
    rows: columns.flatMap(({ places }) =>
      places.map((place) => [
        showText(place.column),
        ...describeDifference(place),
        showPlace(place.placeB),
        showKey(place.key),
      ]),
    ),
    remarks: [],
  };
}

function describeDifference({ relative, a, b, placeA }: CellDifference): string[] {
  return [relative === null ? '-' : relative.toExponential(2), showCell(a), showCell(b), showPlace(placeA)];
}

function loneSection(title: string, count: number, places: readonly LoneRow[]): Section[] {
  if (count === 0) return [];
  const more = count - places.length;
  return [
    {
      title: `${title}: ${showCount(count, 'row')}`,
      columns: [{ header: 'where', whole: true }, { header: 'key' }],
      rows: places.map(({ place, key }) => [showPlace(place), showKey(key)]),
      remarks: more > 0 ? [`and ${more} more`] : [],
    },
  ];
}

/**
 * `part0.csv:12`; where no line is known, `part0.parquet, record 11`. Folder, job and time are the same for all parts of
 * a table, and are left out.
 */
function showPlace({ file, record, line }: RowPlace): string {
  const cut = file.lastIndexOf('/') + 1;
  const name = showText(shortPartName(file.slice(cut), file.slice(0, Math.max(0, cut - 1))));
  return line === undefined ? `${name}, record ${record}` : `${name}:${line}`;
}

/** A key as its values, times short. */
function showKey(key: Readonly<Record<string, string>>): string {
  return Object.values(key)
    .map((value) => showTime(value.replace(/\.000Z$/, 'Z')))
    .join(', ');
}

/** A cell with every digit that tells it from another. */
function showCell(cell: Cell): string {
  if (cell === null) return 'empty';
  if (typeof cell === 'number') return Object.is(cell, -0) ? '-0' : String(cell);
  return showText(String(cell));
}
