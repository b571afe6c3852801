import { BacktestExportError } from '../../errors.ts';
import type { Likeness } from '../../batch/columns/cell-bits.ts';
import type { TableName } from '../../schema/schema.ts';
import type { WindowSteps } from '../../verify/base/window-steps.ts';
import type { Ask } from './ask.ts';
import type { CheckedTable } from './checked-table.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { duplicateQuery, mostPairs } from './duplicate-query.ts';
import { readGroup, TableRows } from './judge-rows.ts';
import { forecastRowQuery, metricRowQuery, mostGroups } from './row-query.ts';

/** Number of a table in places that name no row. */
export const tableNumber: Readonly<Record<TableName, number>> = {
  'forecasted-values': 0,
  'accuracy-metrics-values': 1,
};

/** Counts the rows of one table by window and time. @throws as {@link Ask} */
export async function checkRows(
  ask: Ask,
  table: CheckedTable,
  dialect: Dialect,
  steps: WindowSteps,
  mostTimes: number,
): Promise<TableRows> {
  const isForecasts = table.schema.table === 'forecasted-values';
  const found = new TableRows(tableNumber[table.schema.table], mostTimes);
  const { sql, counts } = isForecasts ? forecastRowQuery(table, dialect) : metricRowQuery(table, dialect);
  await ask(sql, mostGroups, (row) => {
    const group = readGroup(row, counts);
    if (group === undefined) return;
    if ('part' in group) found.addPart(group);
    else if (isForecasts) found.addForecasts(group, steps);
    else found.addMetrics(group);
  });
  found.order();
  return found;
}

/** How rows of a table repeat others. */
export interface FoundDuplicates {
  /** Keys by how often each is there, those that are there once aside. */
  readonly keys: ReadonlyMap<number, number>;
  readonly counts: Readonly<Record<Likeness, number>>;
  /** Rows in windows that were compared. */
  readonly compared: number;
  /** By part and the part of their first row: rows that repeat one exactly. */
  readonly exactPairs: readonly { readonly part: string; readonly first: string; readonly rows: number }[];
}

const likenesses: readonly Likeness[] = ['exact', 'near', 'different'];

/** Compares rows of one key. @throws as {@link Ask} */
export async function checkDuplicates(ask: Ask, table: CheckedTable, dialect: Dialect): Promise<FoundDuplicates> {
  const keys = new Map<number, number>();
  const counts = { exact: 0, near: 0, different: 0 };
  const pairs = new Map<string, { part: string; first: string; rows: number }>();
  let compared = 0;
  await ask(duplicateQuery(table, dialect), mostPairs, (row) => {
    const [part, first] = [row.text(), row.text()];
    const [likeness, copies, rows] = [row.count(), row.count(), row.count()];
    compared += rows;
    if (likeness === 0) {
      keys.set(copies, (keys.get(copies) ?? 0) + rows);
      return;
    }
    const name = likenesses[likeness - 1];
    if (name === undefined) throw new BacktestExportError('ENGINE_RESULT_INVALID', `unknown likeness ${likeness}`);
    counts[name] += rows;
    if (name !== 'exact') return;
    const names = JSON.stringify([part, first]);
    pairs.set(names, { part, first, rows: rows + (pairs.get(names)?.rows ?? 0) });
  });
  return { keys, counts, compared, exactPairs: [...pairs.values()] };
}
