import type { Frequency } from '../../schema/frequency.ts';

/**
 * The season of MASE in steps that is common for a frequency: 24 hours, 7 days, 1 week, 12 months, 4 quarters; undefined
 * for any other. Source: docs/metrics.md.
 */
export function commonSeason(frequency: Frequency): number | undefined {
  return seasons.get(frequency.text);
}

const seasons: ReadonlyMap<string, number> = new Map([
  ['H', 24],
  ['D', 7],
  ['W', 1],
  ['M', 12],
  ['3M', 4],
]);
