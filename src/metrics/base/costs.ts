import type { ZodType } from 'zod';
import { objectShape, type Zod } from '../../options.ts';
import type { ForecastType } from '../../schema/schema.ts';
import type { Figure } from './figure.ts';

/** What a unit too few and a unit too many cost: both finite, at least 0, not both 0. */
export interface UnitCosts {
  /** Of each unit by which the actual is above what was stocked: lost margin, a penalty. */
  readonly under: number;
  /** Of each unit by which the actual is below what was stocked: storage, waste. */
  readonly over: number;
}

/** The zod shape of {@link UnitCosts}. */
export const unitCostsShape = (z: Zod): ZodType<UnitCosts> =>
  objectShape<UnitCosts>(z, { under: z.number().min(0), over: z.number().min(0) }).refine(
    ({ under, over }) => under > 0 || over > 0,
    'expected under or over above 0, found both 0',
  );

/** What it costs to stock exactly as much as one forecast type says; y is the actual, f that forecast. */
export interface ForecastCost {
  readonly forecastType: ForecastType;
  /** Rows with a finite actual and a finite forecast of this type: the sums are over these. */
  readonly rows: number;
  /** Σ max(y−f, 0), in units of the target; null without such rows, or out of range. */
  readonly unitsShort: Figure;
  /** Σ max(f−y, 0). */
  readonly unitsOver: Figure;
  /** under · unitsShort + over · unitsOver. */
  readonly cost: Figure;
}

/** What the forecast types cost over the same rows. */
export interface ComparedCosts {
  /** In the order of `forecastTypes`. */
  readonly byType: readonly ForecastCost[];
  /**
   * The forecast type with the lowest cost, the first of equal ones, among those with a forecast for every finite actual: the
   * costs of the others are of fewer rows (`COST_ROWS_LEFT_OUT`). Null where none has that.
   */
  readonly cheapest: ForecastType | null;
  /** Cost of the point forecast − cost of the cheapest; null where there is no cheapest, or the point forecast lacks rows. */
  readonly saved: Figure;
}

/** The costs of one backtest window. */
export interface WindowCosts extends ComparedCosts {
  /** As in `WindowSummary`. */
  readonly start: string;
  readonly end: string;
}

/**
 * What it costs to stock exactly as much as a forecast says, where each unit short costs `under` and each unit left over costs
 * `over`. The lowest expected cost is that of the quantile under / (under + over), the critical ratio of the newsvendor model
 * (K. J. Arrow, T. Harris, J. Marschak, "Optimal Inventory Policy", Econometrica 19, 1951, 250–272). Sums over all windows.
 */
export interface StockingCosts extends ComparedCosts {
  readonly under: number;
  readonly over: number;
  /** under / (under + over). */
  readonly criticalRatio: number;
  /** The quantile of the export nearest to the critical ratio, the lower of two; null without quantiles. */
  readonly nearest: ForecastType | null;
  /** By start, then end. */
  readonly windows: readonly WindowCosts[];
}
