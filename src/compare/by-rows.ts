import { tableOf, type BacktestExport } from '../export/find/backtest-export.ts';
import { locateRows, type RecordPlace, type RowPlace } from '../export/parts/locate-rows.ts';
import type { PartSource } from '../export/parts/part-source.ts';
import { partSources } from '../export/tables/planned-table.ts';
import { given } from '../given.ts';
import { tableNames, type TableName } from '../schema/schema.ts';
import type { RawDifference } from './column-tally.ts';
import type { CellDifference, ColumnDifference, LoneRow, RowComparison, TableComparison } from './result.ts';
import { toComparedExport } from './describe-export.ts';
import { planJoin, surplusColumns, type JoinPlan } from './join-plan.ts';
import { joinTables, type JoinOptions } from './join-tables.ts';
import { RowTally } from './row-tally.ts';

/** Options of a comparison of rows. */
export interface RowOptions extends JoinOptions {
  readonly tolerance: number;
  readonly places: number;
}

/** Compares both tables of two exports row by row. */
export async function compareRows(a: BacktestExport, b: BacktestExport, options: RowOptions): Promise<RowComparison> {
  const tables: TableComparison[] = [];
  for (const name of tableNames) {
    if (tableOf(a, name).exists || tableOf(b, name).exists) tables.push(await compareTable(name, a, b, options));
  }
  return {
    on: 'rows',
    equal: tables.every((table) => table.equal),
    tolerance: options.tolerance,
    exports: [a, b].map(toComparedExport),
    tables,
  };
}

async function compareTable(
  table: TableName,
  a: BacktestExport,
  b: BacktestExport,
  options: RowOptions,
): Promise<TableComparison> {
  const { exists: existsA } = tableOf(a, table);
  const { exists: existsB } = tableOf(b, table);
  const schemaA = tableOf(existsA ? a : b, table).schema;
  const schemaB = tableOf(existsB ? b : a, table).schema;
  const plan = planJoin(schemaA, schemaB, () => true);
  const total = new RowTally(plan, options.tolerance, options.places);
  const sides = { a: partSources(tableOf(a, table)), b: partSources(tableOf(b, table)) };
  await joinTables({ sources: sides.a }, { sources: sides.b }, plan, options, {
    start: () => new RowTally(plan, options.tolerance, options.places),
    accept: (tally) => total.merge(tally),
  });
  const columnsOnlyInA = surplusColumns(schemaA, schemaB);
  const columnsOnlyInB = surplusColumns(schemaB, schemaA);
  const lone = total.counts.a + total.counts.b + columnsOnlyInA.length + columnsOnlyInB.length;
  return {
    table,
    equal: existsA && existsB && lone === 0 && total.different === 0,
    rowsA: total.common + total.counts.a,
    rowsB: total.common + total.counts.b,
    common: total.common,
    different: total.different,
    columnsOnlyInA,
    columnsOnlyInB,
    ...(await placeFindings(total, plan, sides, options.signal)),
  };
}

/** Finds the lines of the places. */
async function placeFindings(
  total: RowTally,
  plan: JoinPlan,
  sides: { readonly a: readonly PartSource[]; readonly b: readonly PartSource[] },
  signal: AbortSignal | undefined,
): Promise<Pick<TableComparison, 'onlyInA' | 'onlyInB' | 'columns'>> {
  const loneA = total.lone.a.list();
  const loneB = total.lone.b.list();
  const shown = total.columns.map((column) => ({ column, places: column.places.list() }));
  const differences = shown.flatMap(({ column, places }) => [
    ...places,
    ...(column.greatest === undefined ? [] : [column.greatest]),
  ]);
  const recordsA = [...loneA.map(({ record }) => record), ...differences.map(({ recordA }) => recordA)];
  const recordsB = [...loneB.map(({ record }) => record), ...differences.map(({ recordB }) => recordB)];
  const locateA = await placesOf(sides.a, recordsA, signal);
  const locateB = await placesOf(sides.b, recordsB, signal);
  const columns = shown.flatMap(({ column, places }, index): ColumnDifference[] => {
    const { count, kinds, tolerated, greatest } = column;
    if (count + tolerated === 0) return [];
    const name = plan.a.numbers[index] ?? '';
    const place = ({ recordA, recordB, ...raw }: RawDifference): CellDifference => ({
      ...raw,
      column: name,
      placeA: locateA(recordA),
      placeB: locateB(recordB),
    });
    const most = greatest === undefined ? null : place(greatest);
    return [{ column: name, count, kinds, tolerated, greatest: most, places: places.map(place) }];
  });
  const loneRows = (locate: typeof locateA, rows: typeof loneA): LoneRow[] =>
    rows.map(({ key, record }) => ({ key, place: locate(record) }));
  return {
    onlyInA: { count: total.counts.a, places: loneRows(locateA, loneA) },
    onlyInB: { count: total.counts.b, places: loneRows(locateB, loneB) },
    columns,
  };
}

/** Reads the files of a few rows again, as far as it must, for their lines. */
async function placesOf(
  sources: readonly PartSource[],
  rows: readonly RecordPlace[],
  signal: AbortSignal | undefined,
): Promise<(row: RecordPlace) => RowPlace> {
  const lines = new Map<number, ReadonlyMap<number, number>>();
  for (const part of new Set(rows.map((row) => row.part))) {
    const source = sources[part];
    const records = rows.filter((row) => row.part === part).map(({ record }) => record);
    if (source !== undefined) lines.set(part, (await locateRows(source, records, signal)).records);
  }
  return ({ part, record }) => {
    const line = lines.get(part)?.get(record);
    return { file: sources[part]?.part.path ?? '', record, ...given({ line }) };
  };
}
