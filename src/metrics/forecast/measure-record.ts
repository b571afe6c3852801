import { computeFigures, type ZeroRule } from './compute-figures.ts';
import type { Figures, FiguresPlan } from './figures.ts';
import type { MetricsKernel } from './kernel/kernel.ts';
import { map } from './kernel/map.generated.ts';

/** Writes the figures and counts of a record. */
export function measureRecord(
  kernel: MetricsKernel,
  plan: FiguresPlan,
  record: number,
  zero: ZeroRule,
  figures: Figures,
  counts: Float64Array,
): void {
  const sums = kernel.finish(record);
  const at = (record + map.COUNTS) >>> 3;
  const { f64 } = kernel;
  for (let index = 0; index < counts.length; index++) counts[index] = f64[at + index] ?? 0;
  computeFigures(plan, counts, sums, zero, figures);
}
