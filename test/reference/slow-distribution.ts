import type { Distribution } from '#src/metrics/accuracy/distribution.js';
import { exactSum } from './exact-sum.ts';

/** A cell of a metric column: `undefined` for `not defined`, null for an empty one. */
export type MetricCell = number | null | undefined;

/**
 * How cells are distributed, straight from docs/metrics.md: all values are kept and sorted. Beyond 1,000 of them a quantile is
 * the middle of its value's bucket (sign, exponent, first 9 bits of the mantissa; zero for subnormals), within the extent.
 */
export function slowDistribution(cells: readonly MetricCell[]): Distribution {
  const values = cells.filter((cell): cell is number => typeof cell === 'number' && Number.isFinite(cell));
  const sorted = values.map((value) => value + 0).sort((a, b) => a - b);
  const min = sorted[0] ?? null;
  const max = sorted.at(-1) ?? null;
  const quantile = (share: number): number | null => {
    if (min === null || max === null) return null;
    const value = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0;
    return sorted.length > 1000 ? Math.min(max, Math.max(min, middle(value))) : value;
  };
  const mean = exactSum(values) / values.length;
  return {
    count: values.length,
    notDefined: cells.filter((cell) => cell === undefined).length,
    empty: cells.filter((cell) => cell === null).length,
    nonFinite: cells.filter((cell) => typeof cell === 'number').length - values.length,
    min,
    max,
    mean: Number.isFinite(mean) ? mean : null,
    quantiles: {
      p10: quantile(0.1),
      p25: quantile(0.25),
      p50: quantile(0.5),
      p75: quantile(0.75),
      p90: quantile(0.9),
    },
    quantileError: values.length > 1000 ? 2 ** -10 : 0,
  };
}

/** The value with its last 43 bits replaced by half of what they can be. */
function middle(value: number): number {
  if (Math.abs(value) < 2 ** -1022) return 0;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, ((view.getBigUint64(0) >> 43n) << 43n) | (1n << 42n));
  return view.getFloat64(0);
}
