import type { ForecastType } from '../../schema/schema.ts';
import type { ComparedCosts, ForecastCost, StockingCosts, UnitCosts } from '../base/costs.ts';
import type { NoteBook, NoteCode } from '../base/notes.ts';
import type { Figure } from '../base/summary.ts';
import type { Measured } from './finish-block.ts';
import { map } from './kernel/map.generated.ts';
import type { PooledWindow, PooledWindows } from './pool-windows.ts';
import { typeCount, type RecordShape } from './record-shape.ts';

/**
 * What stocking by each forecast type costs, from the exact sums of a record, each rounded once: `under · short + over · over`
 * takes three more roundings. The counts and sums of a group are at `countsAt` and `sumsAt` of longer lists.
 */
export function computeCosts(
  shape: RecordShape,
  { under, over }: UnitCosts,
  counts: Float64Array | Uint32Array,
  sums: Float64Array,
  countsAt = 0,
  sumsAt = 0,
): ComparedCosts {
  const actuals = counts[countsAt + map.ACTUALS] ?? 0;
  const byType = shape.types.map((forecastType, type): ForecastCost => {
    const rows = actuals - (counts[countsAt + typeCount(type, map.EXCLUDED)] ?? 0);
    const unitsShort = figureOf(rows, sums[sumsAt + 1 + 2 * type]);
    const unitsOver = figureOf(rows, sums[sumsAt + 2 + 2 * type]);
    const cost = unitsShort === null || unitsOver === null ? undefined : under * unitsShort + over * unitsOver;
    return { forecastType, rows, unitsShort, unitsOver, cost: figureOf(rows, cost) };
  });
  return { byType, ...chooseCheapest(byType, shape.point, actuals) };
}

/** Null without rows, or out of range. */
function figureOf(rows: number, value = Number.NaN): Figure {
  return rows > 0 && Number.isFinite(value) ? value : null;
}

/** The cheapest of those whose cost is of all rows, and what it saves against the point forecast. */
function chooseCheapest(
  byType: readonly ForecastCost[],
  point: number,
  actuals: number,
): Pick<ComparedCosts, 'cheapest' | 'saved'> {
  const costOf = (entry: ForecastCost | undefined): Figure => (entry?.rows === actuals ? entry.cost : null);
  let cheapest: ForecastType | null = null;
  let least: Figure = null;
  for (const entry of byType) {
    const cost = costOf(entry);
    if (cost !== null && (least === null || cost < least)) [cheapest, least] = [entry.forecastType, cost];
  }
  const usual = costOf(byType[point]);
  return { cheapest, saved: usual === null || least === null ? null : usual - least };
}

/** The costs over all rows of all windows, and of each window, with notes about what is left out. */
export function summarizeCosts(
  shape: RecordShape,
  costs: UnitCosts,
  { windows, together }: PooledWindows,
  nameOf: (window: PooledWindow) => { readonly start: string; readonly end: string },
  notes: NoteBook,
): StockingCosts {
  const measure = (measured: Pick<Measured, 'counts' | 'sums'>, where: () => string): ComparedCosts => {
    const found = computeCosts(shape, costs, measured.counts, measured.sums);
    const isEmpty = (measured.counts[map.ACTUALS] ?? 0) === 0;
    noteCosts(found, together === undefined ? 'NO_ROWS' : isEmpty ? 'NO_ACTUALS' : 'NO_FORECASTS', notes, where);
    return found;
  };
  const none = { counts: new Float64Array(shape.counts), sums: new Float64Array(shape.outputs) };
  const all = measure(together ?? none, () => 'summary');
  const actuals = (together ?? none).counts[map.ACTUALS] ?? 0;
  for (const { forecastType, rows } of all.byType) notes.addRows('COST_ROWS_LEFT_OUT', actuals - rows, forecastType);
  const { under, over } = costs;
  const criticalRatio = ratioOf(costs) + 0; // not -0
  return {
    under: under + 0,
    over: over + 0,
    criticalRatio,
    nearest: nearestQuantile(shape, criticalRatio),
    ...all,
    windows: windows.map((window) => {
      const name = nameOf(window);
      return { ...name, ...measure(window, () => `window ${name.start}/${name.end}`) };
    }),
  };
}

function noteCosts({ byType }: ComparedCosts, none: NoteCode, notes: NoteBook, where: () => string): void {
  for (const { forecastType, rows, cost } of byType) {
    if (cost !== null) continue;
    notes.addFigure(rows === 0 ? none : 'FIGURE_OVERFLOW', `cost[${forecastType}]`, where);
  }
}

/** under / (under + over), also where that sum is beyond the doubles. */
function ratioOf({ under, over }: UnitCosts): number {
  const sum = under + over;
  return Number.isFinite(sum) ? under / sum : under / 2 / (under / 2 + over / 2);
}

/** The lower one of two that are equally near, but for rounding. */
function nearestQuantile({ types, hasMean }: RecordShape, ratio: number): ForecastType | null {
  let nearest: ForecastType | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const type of types.slice(hasMean ? 1 : 0)) {
    const distance = Math.abs(Number(type) - ratio);
    if (distance < least - 1e-12) [nearest, least] = [type, distance];
  }
  return nearest;
}
