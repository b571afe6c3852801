import { digestOfJson } from './digest.ts';
import type { PlannedUnit } from './plan-line.ts';

/** What distinguishes a unit from all others. */
export function unitDigest({ head, warnings, storage, table, part, index }: PlannedUnit): string {
  return digestOfJson({ head, warnings, storage, table, part, index });
}

/** What distinguishes a plan from all others: the digests of its units, in order. */
export function planDigest(units: readonly string[]): string {
  return digestOfJson(units);
}
