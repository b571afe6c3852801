import type { GroupingPlan } from '../grouping-plan.ts';
import type { FinishedState } from './finished-set.ts';

/** Replaces the numbers of windows and texts in the keys of finished groups by those of other tables. Steps are what they are. */
export function numberFinished(
  { chunks, notes, missed }: FinishedState,
  { by, keyParts }: GroupingPlan,
  windowIds: Int32Array,
  textIds: readonly Int32Array[],
): void {
  for (const [at, name] of by.entries()) {
    const part = keyParts.find((each) => each.name === name);
    if (part?.kind === 'step') continue;
    const ids = part === undefined ? windowIds : (textIds[part.table] ?? windowIds);
    for (const { keys } of chunks) renumber(keys, at, by.length, ids);
    renumber(notes.keys, at, by.length, ids);
    if (missed !== undefined) renumber(missed.key, at, by.length, ids);
  }
}

function renumber(keys: Int32Array, at: number, width: number, ids: Int32Array): void {
  for (let index = at; index < keys.length; index += width) keys[index] = ids[keys[index] ?? 0] ?? 0;
}
