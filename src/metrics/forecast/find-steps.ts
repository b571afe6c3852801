import type { Pause } from '../../pause.ts';
import { inferFrequency, stepOf, type Frequency } from '../../schema/frequency.ts';
import type { Tallies } from './tallies.ts';

/** The steps of a grouping. */
export interface GroupSteps {
  readonly frequency: Frequency | null;
  /** Step of each group, 0 for none; empty where steps are not grouped by. */
  readonly byGroup: Int32Array;
}

/** Infers the frequency where it is not given and steps are grouped by; turns timestamps into steps. */
export async function findSteps(tallies: Tallies, given: Frequency | undefined, pause: Pause): Promise<GroupSteps> {
  const { groups, windows, timestamps, plan } = tallies;
  const part = plan.keyParts.findIndex(({ kind }) => kind === 'step') + 1;
  if (part === 0) return { frequency: given ?? null, byGroup: new Int32Array() };
  const timesOf = windows.starts.map((start) => ({ start, timestamps: new Set<number>() }));
  for (let at = 0; at < groups.size * groups.width; at += groups.width) {
    const time = timestamps.values[groups.keys[at + part] ?? -1];
    if (time !== undefined) timesOf[groups.keys[at] ?? -1]?.timestamps.add(time);
    if (pause.isDue(2)) await pause.take();
  }
  const frequency = given ?? inferFrequency(timesOf);
  const byGroup = new Int32Array(groups.size);
  for (let group = 0; group < groups.size; group++) {
    const start = windows.starts[groups.keys[group * groups.width] ?? -1] ?? Number.NaN;
    const time = timestamps.values[groups.keys[group * groups.width + part] ?? -1];
    if (time === undefined) continue;
    byGroup[group] = frequency === null ? Number(time === start) : (stepOf(frequency, start, time) ?? 0);
    if (pause.isDue(2)) await pause.take();
  }
  return { frequency, byGroup };
}
