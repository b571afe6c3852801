import type { Pause } from '../../pause.ts';
import { inferFrequency, stepOf, type Frequency } from '../../schema/frequency.ts';
import type { Tables } from './tables.ts';

/** Distinct timestamps by the number of their window. */
export type WindowTimes = readonly { readonly start: number; readonly timestamps: Set<number> }[];

/**
 * The frequency that is given, or else that of the timestamps of groups; null where steps are not grouped by. `more` adds
 * those of groups that are not in the table.
 * @throws the signal's reason
 */
export async function findFrequency(
  { groups, windows, timestamps, plan }: Tables,
  given: Frequency | undefined,
  pause: Pause,
  more: (times: WindowTimes) => Promise<void>,
): Promise<Frequency | null> {
  const part = stepPart(plan);
  if (part === 0 || given !== undefined) return given ?? null;
  const times: WindowTimes = windows.starts.map((start) => ({ start, timestamps: new Set<number>() }));
  for (let at = 0; at < groups.size * groups.width; at += groups.width) {
    const time = timestamps.value(groups.keys[at + part] ?? -1);
    if (time !== undefined) times[groups.keys[at] ?? -1]?.timestamps.add(time);
    if (pause.isDue(2)) await pause.take();
  }
  await more(times);
  return inferFrequency(times);
}

/** The place of the timestamp in the tuples of groups; 0 where steps are not grouped by. */
export function stepPart({ keyParts }: Tables['plan']): number {
  return keyParts.findIndex(({ kind }) => kind === 'step') + 1;
}

/**
 * What finds the step of a group, 0 for none: its timestamp is empty or does not fit. Without a frequency only timestamps
 * at a window's start have a step.
 */
export function stepOfGroups(
  { groups, windows, timestamps, plan }: Tables,
  frequency: Frequency | null,
): (group: number) => number {
  const part = stepPart(plan);
  return (group) => {
    const start = windows.starts[groups.keys[group * groups.width] ?? -1] ?? Number.NaN;
    const time = timestamps.value(groups.keys[group * groups.width + part] ?? -1);
    if (time === undefined) return 0;
    return frequency === null ? Number(time === start) : (stepOf(frequency, start, time) ?? 0);
  };
}
