import type { Figure, GroupSummary } from '../../base/summary.ts';
import type { FiguresPlan } from '../figures.ts';
import { map } from '../kernel/map.generated.ts';
import { toCounts, toMetrics } from '../to-result.ts';
import type { FinishedGroup } from './finished-chunks.ts';
import type { KeyColumns } from './key-columns.ts';

/** A finished group as plain data; keeps nothing of it. About 3 µs and 1.5 KB. */
export function describeGroup(
  plan: FiguresPlan,
  keys: KeyColumns,
  { key, windowCount, counts, pooled, averaged }: FinishedGroup,
): GroupSummary {
  const metrics = toMetrics(plan, pooled.values);
  return {
    key: keys.show(key),
    windowCount,
    count: counts[map.ACTUALS] ?? 0,
    counts: toCounts(plan.shape, counts),
    pooled: metrics,
    averaged: windowCount > 1 && averaged !== pooled ? toMetrics(plan, averaged.values) : metrics,
  };
}

/** A sum as a figure: null where it overflows. */
export function figureOf(sum: number): Figure {
  return Number.isFinite(sum) ? sum : null;
}
