import { addSteps, type Frequency } from '../schema/frequency.ts';
import { historyValue as layout } from './record-layout.ts';
import type { Records } from './series-records.ts';

/**
 * The denominator of MASE: the mean of |Y_t − Y_(t−s)| over the training history before a window, `season` steps apart.
 * `values` are the offsets of the series' history, by time.
 * @returns `HISTORY_INCOMPLETE` where the history has gaps or repeats, does not reach up to the window, or has no more
 * values than a season; `HISTORY_FLAT` where it never changes.
 */
export function seasonalChange(
  { doubles }: Records,
  values: readonly number[],
  windowStart: number,
  season: number,
  frequency: Frequency,
): number | 'HISTORY_INCOMPLETE' | 'HISTORY_FLAT' {
  const training = values.filter((at) => (doubles[at + layout.time] ?? 0) < windowStart);
  if (training.length <= season) return 'HISTORY_INCOMPLETE';
  for (const [index, at] of training.entries()) {
    const following = training[index + 1];
    const next = following === undefined ? windowStart : (doubles[following + layout.time] ?? Number.NaN);
    if (addSteps(frequency, doubles[at + layout.time] ?? Number.NaN, 1) !== next) return 'HISTORY_INCOMPLETE';
  }
  let sum = 0;
  for (let index = season; index < training.length; index++) {
    const value = doubles[(training[index] ?? 0) + layout.value] ?? Number.NaN;
    sum += Math.abs(value - (doubles[(training[index - season] ?? 0) + layout.value] ?? Number.NaN));
  }
  if (!Number.isFinite(sum)) return 'HISTORY_INCOMPLETE';
  return sum === 0 ? 'HISTORY_FLAT' : sum / (training.length - season);
}
