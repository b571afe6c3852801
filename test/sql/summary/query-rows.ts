import { DuckDBInstance } from '@duckdb/node-api';
import { map } from '#src/metrics/forecast/kernel/map.generated.js';
import { MetricsKernel, stagingRows } from '#src/metrics/forecast/kernel/kernel.js';
import { typeCount, type RecordShape } from '#src/metrics/forecast/record-shape.js';
import { duckdb } from '#src/sql/dialects/duckdb.js';
import type { SummaryColumn } from '#src/sql/terms/summary-columns.js';
import { exactSum } from '../../reference/exact-sum.ts';

/** A row of `cells`; null is an empty cell. */
export interface CellRow {
  readonly y: number | null;
  readonly f: readonly (number | null)[];
}

/** Counts and sums of a record, by number. */
export interface RecordFigures {
  readonly counts: readonly number[];
  readonly sums: readonly number[];
}

/** The CTE `cells` of these rows, in one window, with literals that are exact. */
export function writeCells(rows: readonly CellRow[]): string {
  const columns = ['y', ...(rows[0]?.f.keys() ?? [])].map((name) => (name === 'y' ? 'y' : `f${name}`));
  const values = rows.map(({ y, f }) => `(${[y, ...f].map(writeDouble).join(', ')})`);
  const table = `(VALUES ${values.join(', ')}) AS rows_(${columns.join(', ')})`;
  return `cells AS (SELECT CAST(0 AS BIGINT) AS ws, CAST(3600000 AS BIGINT) AS we, CAST(0 AS BIGINT) AS bad, * FROM ${table})`;
}

function writeDouble(value: number | null): string {
  if (value === null) return 'CAST(NULL AS DOUBLE)';
  if (Number.isFinite(value)) return duckdb.quoteDouble(value);
  return `CAST('${Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'}' AS DOUBLE)`;
}

/** Runs a query in DuckDB; whole numbers come as numbers. */
export async function runInDuckDb(sql: string): Promise<(number | string | null)[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const rows = (await connection.runAndReadAll(sql)).getRowsJS();
    return rows.map((row) =>
      row.map((cell) => (typeof cell === 'bigint' ? Number(cell) : (cell as number | string | null))),
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The record of rows as the kernel makes it. */
export function measureByKernel(rows: readonly CellRow[], shape: RecordShape): RecordFigures {
  const kernel = new MetricsKernel(shape);
  try {
    const group = kernel.allocate(kernel.recordBytes);
    for (let from = 0; from < rows.length; from += stagingRows) {
      const some = rows.slice(from, from + stagingRows);
      kernel.u32.set([group, some.length], kernel.staging.runs >>> 2);
      for (const [row, { y, f }] of some.entries()) {
        for (const [column, value] of [y, ...f].entries()) {
          const at = column * stagingRows + row;
          kernel.f64[(kernel.staging.values >>> 3) + at] = value ?? Number.NaN;
          kernel.u8[kernel.staging.states + at] = value === null ? 1 : 0;
        }
      }
      kernel.inspect(some.length);
      kernel.accumulate(1);
    }
    const at = (group + map.COUNTS) >>> 3;
    return { counts: Array.from(kernel.f64.subarray(at, at + shape.counts)), sums: [...kernel.finish(group)] };
  } finally {
    kernel.free();
  }
}

/** The same from groups of a query: what it does not ask for follows from the mask, as `SummaryColumn` says. */
export function measureByGroups(
  groups: readonly (readonly (number | string | null)[])[],
  columns: readonly SummaryColumn[],
  shape: RecordShape,
): RecordFigures {
  const counts = Array.from({ length: shape.counts }, () => 0);
  const parts = Array.from({ length: shape.outputs }, (): number[] => []);
  for (const group of groups) {
    const cell = (isColumn: (column: SummaryColumn) => boolean): number =>
      Number(group[columns.findIndex(isColumn)] ?? 0);
    const actuals = cell((column) => column.kind === 'count' && column.count === map.ACTUALS);
    const mask = cell(({ kind }) => kind === 'excluded');
    const isExcluded = (type: number): boolean => Math.floor(mask / 2 ** type) % 2 === 1;
    for (const [index, column] of columns.entries()) {
      const value = Number(group[index] ?? 0);
      if (column.kind === 'count') counts[column.count]! += value;
      if (column.kind !== 'level') continue;
      parts[column.sum]!.push(value);
      if (column.sum === 0) {
        for (const type of shape.types.keys()) if (!isExcluded(type)) parts[shape.denominators + type]!.push(value);
      }
      if (shape.point >= 0 && column.sum === 1 + 2 * shape.point) {
        parts[shape.absolute]!.push(value);
        parts[shape.signed]!.push(-value);
      }
      if (shape.point >= 0 && column.sum === 2 + 2 * shape.point) {
        parts[shape.absolute]!.push(value);
        parts[shape.signed]!.push(value);
      }
    }
    for (const type of shape.types.keys()) if (isExcluded(type)) counts[typeCount(type, map.EXCLUDED)]! += actuals;
    for (const [interval, { lower, upper }] of shape.intervals.entries()) {
      const at = typeCount(shape.types.length, interval * map.COUNTS_PER_INTERVAL + map.INTERVAL_EXCLUDED);
      if (isExcluded(lower) || isExcluded(upper)) counts[at]! += actuals;
    }
  }
  return { counts, sums: parts.map((values) => exactSum(values)) };
}
