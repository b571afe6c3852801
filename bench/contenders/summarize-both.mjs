import { openExport, summarize } from 'backtest-export';

/** Both tables, as `verify` reads them. */
export async function run({ folder, threads }) {
  await summarize(await openExport(folder), { threads });
}
