import type { Frequency } from './frequency.ts';

/** Steps of one unit in the cycle that MASE compares with: a day of minutes or hours, a week of days, a year of months. */
const cycles: Readonly<Record<Frequency['unit'], number>> = {
  minute: 1440,
  hour: 24,
  day: 7,
  week: 1,
  month: 12,
  year: 1,
};
const common: ReadonlySet<string> = new Set(['H', 'D', 'W', 'M', '3M']);

/** The season of a frequency in steps; 1 where the cycle is not a whole number of them. */
export function seasonOf({ unit, count }: Frequency): number {
  return cycles[unit] % count === 0 ? cycles[unit] / count : 1;
}

/**
 * The season of MASE that is common for a frequency: 24 hours, 7 days, 1 week, 12 months, 4 quarters; undefined for any
 * other frequency. Source: docs/metrics.md.
 */
export function commonSeason(frequency: Frequency): number | undefined {
  return common.has(frequency.text) ? seasonOf(frequency) : undefined;
}
