import { summarize } from 'backtest-export';

/** The groups of a summary by `input.by`, or the worst few by pooled WAPE. */
export async function run({ folder, threads, by, worst }) {
  const { groups } = await summarize(folder, {
    by,
    threads,
    accuracyMetrics: false,
    ...(worst === undefined ? {} : { worst: { metric: 'WAPE', count: worst } }),
  });
  return groups;
}

/** What all contenders give: rows with an actual, WAPE and RMSE of each group, largest WAPE first. */
export function check(groups) {
  return sortFigures(groups.map(({ count, pooled }) => [count, pooled.WAPE, pooled.RMSE]));
}

/** Figures in the order of WAPE, then count: groups of equal figures may come in any order. */
export function sortFigures(figures) {
  return { groups: figures.sort(([n, a], [m, b]) => b - a || m - n) };
}
