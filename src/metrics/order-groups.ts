import type { TextTable } from '../batch/text-table.ts';
import { inferFrequency, stepOf, type Frequency } from '../schema/frequency.ts';
import type { ForecastParts } from './forecast-parts.ts';

/** Rank of what has no step: after all that have one. */
const lastRank = 0x7fffffff;

/** All groups in the order of a result, and what their keys stand for. */
export interface OrderedGroups {
  /** Group numbers, sorted by the keys of `by` in turn, then by window. */
  readonly order: Uint32Array;
  /** Whether two groups have the same keys of `by`. */
  readonly sameKey: (a: number, b: number) => boolean;
  /** A group's key as a result shows it. */
  readonly keyOf: (group: number) => Record<string, string | number | null>;
}

/** What there is to know of a grouping's steps. */
export interface Steps {
  readonly frequency: Frequency | null;
  /** Step of each group, 0 for none; empty where steps are not grouped by. */
  readonly byGroup: Int32Array;
}

/** Infers the frequency where it is not given and steps are grouped by; turns timestamps into steps. */
export function findSteps(parts: ForecastParts, given: Frequency | undefined): Steps {
  const { groups, windows, timestamps, plan } = parts;
  const part = plan.parts.findIndex(({ kind }) => kind === 'step') + 1;
  if (part === 0) return { frequency: given ?? null, byGroup: new Int32Array() };
  const timesOf = windows.starts.map((start) => ({ start, timestamps: new Set<number>() }));
  for (let at = 0; at < groups.size * groups.width; at += groups.width) {
    const time = timestamps.values[groups.keys[at + part] ?? -1];
    if (time !== undefined) timesOf[groups.keys[at] ?? -1]?.timestamps.add(time);
  }
  const frequency = given ?? inferFrequency(timesOf);
  const byGroup = new Int32Array(groups.size);
  for (let group = 0; group < groups.size; group++) {
    const start = windows.starts[groups.keys[group * groups.width] ?? -1] ?? Number.NaN;
    const time = timestamps.values[groups.keys[group * groups.width + part] ?? -1];
    if (time === undefined) continue;
    byGroup[group] = frequency === null ? Number(time === start) : (stepOf(frequency, start, time) ?? 0);
  }
  return { frequency, byGroup };
}

/** Sorts the groups; the order depends on what keys stand for, never on their numbers. */
export function orderGroups(parts: ForecastParts, steps: Steps, windowNames: readonly string[]): OrderedGroups {
  const { groups, windows, plan, texts } = parts;
  const { keys, size, width } = groups;
  const windowRanks = ranksOf(windows.sorted());
  const columns = plan.by.map((name) => {
    const at = plan.parts.findIndex((part) => part.name === name) + 1;
    const part = plan.parts[at - 1];
    return { name, at, kind: part?.kind ?? 'window', texts: part?.kind === 'text' ? texts[part.table] : undefined };
  });
  const rankColumns = columns.map(({ at, kind, texts: table }) => {
    if (kind === 'step') return steps.byGroup.map((step) => (step === 0 ? lastRank : step));
    const ranks = table === undefined ? windowRanks : rankTexts(table);
    return Int32Array.from({ length: size }, (_, group) => ranks[keys[group * width + at] ?? 0] ?? 0);
  });
  const compareKeys = (a: number, b: number): number => {
    for (const ranks of rankColumns) {
      const difference = (ranks[a] ?? 0) - (ranks[b] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const windowRank = (group: number): number => windowRanks[keys[group * width] ?? 0] ?? 0;
  const order = Uint32Array.from({ length: size }, (_, group) => group);
  order.sort((a, b) => compareKeys(a, b) || windowRank(a) - windowRank(b));
  const keyOf = (group: number): Record<string, string | number | null> =>
    Object.fromEntries(
      columns.map(({ name, at, kind, texts: table }) => {
        const id = keys[group * width + at] ?? 0;
        if (kind === 'step') return [name, steps.byGroup[group] || null];
        return [name, table === undefined ? (windowNames[id] ?? '') : table.text(id)];
      }),
    );
  return { order, sameKey: (a, b) => compareKeys(a, b) === 0, keyOf };
}

function rankTexts(table: TextTable): Int32Array {
  const texts = Array.from({ length: table.size }, (_, id) => ({ id, text: table.text(id) }));
  texts.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return ranksOf(texts.map(({ id }) => id));
}

function ranksOf(sortedIds: readonly number[]): Int32Array {
  const ranks = new Int32Array(sortedIds.length);
  for (const [rank, id] of sortedIds.entries()) ranks[id] = rank;
  return ranks;
}
