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
