import type { ComparedFigure, Rank, Ranking } from './comparison.ts';
import { errorOf } from './metric-values.ts';

/** Orders the exports by one metric, the best first; the same error is the same rank, a missing figure comes last. */
export function rankFigures({ metric, values, skills }: ComparedFigure): Ranking {
  const entries = values.map((value, index) => ({ index, value, error: errorOf(metric, value) }));
  entries.sort((a, b) => (a.error ?? Infinity) - (b.error ?? Infinity) || a.index - b.index);
  let rank = 0;
  const ranks = entries.map(({ index, value, error }, place): Rank => {
    if (place === 0 || error !== entries[place - 1]?.error) rank = place + 1;
    return { rank: error === null ? null : rank, export: index, value, skill: skills[index] ?? null };
  });
  return { metric, ranks };
}
