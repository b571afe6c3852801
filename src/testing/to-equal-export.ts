import { compareExports } from '../compare/compare-exports.ts';
import type { CellDifference, LoneRow, RowComparison, TableComparison } from '../compare/result.ts';
import type { RowPlace } from '../export/parts/locate-rows.ts';
import { quoteText } from '../errors.ts';
import type { BacktestExport } from '../export/find/backtest-export.ts';
import { assertOptions } from '../options.ts';
import { nameOf, plainTable, toExport, type ExportLike, type MatcherResult } from './matcher.ts';

/** Options of `toEqualExport`. */
export interface EqualExportOptions {
  /** Relative tolerance; default 0, the same bits. See `CompareOptions.tolerance`. */
  readonly tolerance?: number;
  /** Places to show for each kind of difference; default 3. */
  readonly maxPlaces?: number;
}

/** The implementation of `toEqualExport`: compares row by row, whatever the jobs and formats. */
export async function toEqualExport(
  received: ExportLike,
  other: ExportLike,
  options: EqualExportOptions = {},
): Promise<MatcherResult> {
  assertOptions('toEqualExport', options, { tolerance: 'a number', maxPlaces: 'a number' });
  const [a, b] = [await toExport(received), await toExport(other)];
  const result = await compareExports(a, b, { maxPlaces: 3, ...options, on: 'rows' });
  const pass = result.equal;
  return {
    pass,
    message: () =>
      pass
        ? `expected ${nameOf(a)} to differ from ${nameOf(b)}, but every row is equal`
        : `expected ${nameOf(a)} (A) to equal ${nameOf(b)} (B)\n\n${describe(a, b, result)}`,
  };
}

function describe(a: BacktestExport, b: BacktestExport, result: RowComparison | { readonly on: 'metrics' }): string {
  if (result.on !== 'rows') return '';
  const header = ['', 'rows in A', 'rows in B', 'only in A', 'only in B', 'different'];
  const counts = result.tables.map(({ table, rowsA, rowsB, onlyInA, onlyInB, different }) => [
    table,
    ...[rowsA, rowsB, onlyInA.count, onlyInB.count, different].map(String),
  ]);
  const tables = result.tables.filter(({ equal }) => !equal);
  return [plainTable([header, ...counts]), ...tables.flatMap((table) => describeTable(a, b, table))].join('\n\n');
}

function describeTable(a: BacktestExport, b: BacktestExport, table: TableComparison): string[] {
  const columns = [
    ...table.columnsOnlyInA.map((name) => `column ${quoteText(name)} only in A`),
    ...table.columnsOnlyInB.map((name) => `column ${quoteText(name)} only in B`),
  ];
  const differing = table.columns.filter(({ count }) => count > 0);
  const cells = differing.flatMap(({ places }) => places.map((place) => differenceLine(a, b, place)));
  const lone = [
    ...table.onlyInA.places.map((row) => loneLine(a, 'A', row)),
    ...table.onlyInB.places.map((row) => loneLine(b, 'B', row)),
  ];
  const greatest = differing.map(({ column, count, greatest: most }) => [
    quoteText(column, ''),
    String(count),
    most === null ? '-' : String(most.relative),
  ]);
  return [
    ...(columns.length === 0 ? [] : [plainTable(columns.map((line) => [line]))]),
    ...(greatest.length === 0 ? [] : [plainTable([['column', 'cells', 'greatest relative difference'], ...greatest])]),
    ...(cells.length === 0 ? [] : [plainTable([['where in A', 'column', 'A', 'B', 'where in B'], ...cells])]),
    ...(lone.length === 0 ? [] : [plainTable([['only in', 'where', 'key'], ...lone])]),
  ];
}

function differenceLine(a: BacktestExport, b: BacktestExport, difference: CellDifference): string[] {
  const { column, placeA, placeB } = difference;
  return [
    showFilePlace(a.storage.location, placeA),
    quoteText(column, ''),
    showCell(difference.a),
    showCell(difference.b),
    showFilePlace(b.storage.location, placeB),
  ];
}

function loneLine(source: BacktestExport, label: string, { key, place }: LoneRow): string[] {
  const texts = Object.values(key).map((text) => quoteText(text, ''));
  return [label, showFilePlace(source.storage.location, place), texts.join(', ')];
}

/** `folder/part0.csv:12`, which editors can open, or the record if the line is unknown. */
export function showFilePlace(location: string, { file = '', record, line }: Partial<RowPlace>): string {
  const single = location === file || location.endsWith(`/${file}`);
  const path = quoteText(single ? location : `${location}${location.endsWith(':') ? '' : '/'}${file}`, '');
  if (line !== undefined) return `${path}:${line}`;
  return record === undefined ? path : `${path}, record ${record}`;
}

function showCell(cell: CellDifference['a']): string {
  if (cell === null) return 'empty';
  return Object.is(cell, -0) ? '-0' : String(cell);
}
