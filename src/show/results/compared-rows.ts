import type { Cell } from '../../batch/forms/rows.ts';
import type { ColumnDifference, LoneRow, RowComparison, TableComparison } from '../../compare/result.ts';
import type { RowPlace } from '../../export/parts/locate-rows.ts';
import { drawnTable, tableSection, type DrawnSection, type Section } from '../layout/document.ts';
import { noFigure, showCount, showNames, showPlace, showText, showTime } from '../values/show-value.ts';
import { drawn, left, right, whole } from '../layout/table.ts';

/** What two exports have in common and where they differ, table by table. */
export function rowSections(result: RowComparison): DrawnSection[] {
  return result.tables.flatMap(tableSections);
}

function tableSections(table: TableComparison): DrawnSection[] {
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
  const notes = [...describeColumns('A', table.columnsOnlyInA), ...describeColumns('B', table.columnsOnlyInB)];
  const headers = ['rows in A', 'rows in B', 'only in A', 'only in B', 'common', 'different'];
  const { rowsA, rowsB, onlyInA, onlyInB, common, different } = table;
  return {
    title: `${table.table}: ${table.equal ? 'equal' : 'different'}`,
    columns: headers.map((header) => right(header)),
    rows: [[rowsA, rowsB, onlyInA.count, onlyInB.count, common, different].map(String)],
    notes,
  };
}

function describeColumns(side: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`columns only in ${side}: ${showNames(names)}`];
}

function columnSection(table: string, columns: readonly ColumnDifference[]): DrawnSection {
  return {
    title: `Columns that differ (${table})`,
    ...drawnTable(columns, [
      [whole('column'), ({ column }) => showText(column)],
      [right('cells'), ({ count }) => String(count)],
      [drawn(6, 16), ({ count }) => ({ kind: 'bar', value: count })],
      [right('tolerated', { extra: true }), ({ tolerated }) => String(tolerated)],
      [right('not both numbers', { extra: true }), ({ kinds }) => String(kinds)],
      [right('greatest'), ({ greatest }) => showRelative(greatest?.relative)],
      [right('A'), ({ greatest }) => showCell(greatest?.a)],
      [right('B'), ({ greatest }) => showCell(greatest?.b)],
      [whole('where'), ({ greatest }) => (greatest === null ? '' : showRow(greatest.placeA))],
    ]),
    notes: ['greatest: |A - B| / max(|A|, |B|)'],
  };
}

function placeSection(table: string, columns: readonly ColumnDifference[]): Section {
  return {
    title: `First differences (${table})`,
    ...tableSection(
      columns.flatMap(({ places }) => places),
      [
        [whole('column'), ({ column }) => showText(column)],
        [right('relative'), ({ relative }) => showRelative(relative)],
        [right('A'), ({ a }) => showCell(a)],
        [right('B'), ({ b }) => showCell(b)],
        [whole('in A'), ({ placeA }) => showRow(placeA)],
        [whole('in B'), ({ placeB }) => showRow(placeB)],
        [left('key', { drop: 1 }), ({ key }) => showKey(key)],
      ],
    ),
  };
}

function showRelative(relative: number | null | undefined): string {
  return relative?.toExponential(2) ?? noFigure;
}

function loneSection(title: string, count: number, places: readonly LoneRow[]): Section[] {
  if (count === 0) return [];
  const more = count - places.length;
  return [
    {
      title: `${title}: ${showCount(count, 'row')}`,
      ...tableSection(places, [
        [whole('where'), ({ place }) => showRow(place)],
        [left('key'), ({ key }) => showKey(key)],
      ]),
      notes: more > 0 ? [`and ${more} more`] : [],
    },
  ];
}

/** The title of the section names the folder. */
function showRow(place: RowPlace): string {
  return showPlace(place, 'hidden');
}

/** A key as its values, times short. */
function showKey(key: Readonly<Record<string, string>>): string {
  return Object.values(key).map(showTime).join(', ');
}

/** A cell with all of its digits; nothing for no cell. */
function showCell(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if (cell === null) return 'empty';
  if (typeof cell === 'number') return Object.is(cell, -0) ? '-0' : String(cell);
  return showText(String(cell));
}
