import type { ComparedCosts, ForecastCost, UnitCosts } from '#src/metrics/base/costs.js';
import { columnOf, type Row } from '../support/column-batch.ts';
import { exactSum } from './exact-sum.ts';

/**
 * What it costs to stock by each forecast type over these rows, by definition: each error rounded to a double, their sums exact
 * and rounded once. The slow reference for `compute-costs.ts`.
 */
export function slowCosts(
  rows: readonly Row[],
  types: readonly string[],
  point: string | null,
  { under, over }: UnitCosts,
): ComparedCosts {
  const measured = rows.filter((row) => isFinite(row['target_value']));
  const byType = types.map((forecastType): ForecastCost => {
    const errors = measured
      .filter((row) => isFinite(row[columnOf(forecastType)]))
      .map((row) => Number(row['target_value']) - Number(row[columnOf(forecastType)]));
    if (errors.length === 0) return { forecastType, rows: 0, unitsShort: null, unitsOver: null, cost: null };
    const unitsShort = finite(exactSum(errors.map((error) => Math.max(error, 0))));
    const unitsOver = finite(exactSum(errors.map((error) => Math.max(-error, 0))));
    const cost = unitsShort === null || unitsOver === null ? null : finite(under * unitsShort + over * unitsOver);
    return { forecastType, rows: errors.length, unitsShort, unitsOver, cost };
  });
  const whole = byType.filter(({ rows: count, cost }) => count === measured.length && cost !== null);
  const [first] = whole.toSorted((a, b) => a.cost! - b.cost!);
  const usual = whole.find(({ forecastType }) => forecastType === point);
  const saved = usual === undefined || first === undefined ? null : usual.cost! - first.cost!;
  return { byType, cheapest: first?.forecastType ?? null, saved };
}

function isFinite(cell: Row[string] | undefined): boolean {
  return typeof cell === 'number' && Number.isFinite(cell);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
