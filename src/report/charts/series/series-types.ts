import { quantilesOf } from '../../../schema/forecast-type.ts';
import type { ForecastType } from '../../../schema/schema.ts';
import { typeText } from '../shown-text.ts';
import { pickEvenly } from '../thin-out.ts';

/** The most bands that are drawn, one in another. */
const mostBands = 3;

/** The forecast types that a chart of a series draws. */
export interface DrawnTypes {
  /** From the widest to the narrowest: lowest and highest quantile, and so on inwards. */
  readonly bands: readonly (readonly [lower: ForecastType, upper: ForecastType])[];
  /** Drawn as a line: the point forecast, else the quantile in the middle. */
  readonly line: ForecastType | undefined;
  /** The only quantile, which makes no band. */
  readonly lone: ForecastType | undefined;
}

/** Chooses what to draw. `types` are sorted: `mean`, then quantiles rising. */
export function chooseTypes(types: readonly ForecastType[], point: ForecastType | null): DrawnTypes {
  const quantiles = quantilesOf(types);
  const half = Math.floor(quantiles.length / 2);
  const pairs = quantiles.slice(0, half).map((lower, at) => [lower, quantiles.at(-1 - at) ?? lower] as const);
  const middle = quantiles.length % 2 === 1 ? quantiles[half] : undefined;
  const line = point ?? middle ?? types.find((type) => type === 'mean');
  return {
    bands: pickEvenly(pairs, mostBands),
    line,
    lone: quantiles.length === 1 && middle !== line ? middle : undefined,
  };
}

/** `p10–p90`. */
export function bandText([lower, upper]: DrawnTypes['bands'][number]): string {
  return `${typeText(lower)}–${typeText(upper)}`;
}
