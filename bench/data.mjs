import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runContender } from './run-contender.mjs';

/** Shape of the bench export: hourly, 5 windows of 24 steps, mean and three quantiles, in parts of some 40 MB. */
const shape = { windows: 5, horizon: 24, forecastTypes: ['mean', '0.1', '0.5', '0.9'], seed: 20211214 };

/**
 * Generates the export unless it is there already; answers where it is and how much it holds. All data are made by other
 * processes: the peak memory that Linux tells of a process begins with that of the one that started it.
 */
export function ensureExport(folder, { items, parts = Math.max(2, Math.round(items / 2000)) }) {
  const receipt = join(folder, '.receipt.json');
  const options = { ...shape, items, parts };
  if (
    !existsSync(receipt) ||
    JSON.stringify(JSON.parse(readFileSync(receipt, 'utf8')).made) !== JSON.stringify(options)
  ) {
    const script = join(import.meta.dirname, 'generate.mjs');
    execFileSync(process.execPath, [script, folder, JSON.stringify(options)], { stdio: 'inherit' });
  }
  const { made: _, ...known } = JSON.parse(readFileSync(receipt, 'utf8'));
  return { folder, ...known };
}

/** The same export in Parquet, written anew by this library, as it is now; answers its folder. */
export function writeParquet(source, folder) {
  runContender('ours-convert:all', source, 1, { out: folder, format: 'PARQUET' });
  return folder;
}

/** The same export as DuckDB writes Parquet, without checksums and with its own row groups; answers its folder. */
export function writeDuckdbParquet(source, folder) {
  runContender('duckdb-convert:all', source, 1, { out: folder, format: 'PARQUET' });
  return folder;
}
