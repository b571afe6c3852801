import { verifyExport } from 'backtest-export';

/** Both tables, all rules; the export must be sound. */
export async function run({ folder, threads }) {
  const { ok } = await verifyExport(folder, { threads });
  if (!ok) throw new Error(`${folder}: expected a sound export`);
}
