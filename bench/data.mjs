import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertExport, createLocalStorage } from 'backtest-export';
import { generateExport } from 'backtest-export/testing';

/** Shape of the bench export: hourly, 5 windows of 24 steps, mean and three quantiles, in parts of some 40 MB. */
const shape = { windows: 5, horizon: 24, forecastTypes: ['mean', '0.1', '0.5', '0.9'], seed: 20211214 };

/** Generates the export unless it is there already; answers where it is and how much it holds. */
export async function ensureExport(folder, { items, parts = Math.max(2, Math.round(items / 2000)) }) {
  const receipt = join(folder, '.receipt.json');
  const options = { ...shape, items, parts };
  if (existsSync(receipt)) {
    const { made, ...known } = JSON.parse(readFileSync(receipt, 'utf8'));
    if (JSON.stringify(made) === JSON.stringify(options)) return { folder, ...known };
  }
  rmSync(folder, { recursive: true, force: true });
  const start = performance.now();
  const generated = await generateExport(createLocalStorage(folder), options);
  const bytes = generated.files
    .filter(({ path }) => path.startsWith('forecasted-values/'))
    .reduce((sum, { size }) => sum + size, 0);
  const known = { rows: generated.rows['forecasted-values'], bytes, parts };
  const speed = generated.bytes / 1e3 / (performance.now() - start);
  process.stdout.write(`generated ${(generated.bytes / 1e6).toFixed(0)} MB at ${speed.toFixed(0)} MB/s\n`);
  writeFileSync(receipt, JSON.stringify({ made: options, ...known }));
  return { folder, ...known };
}

/** The same export in Parquet, written anew by this library, as it is now; answers its folder. */
export async function writeParquet(source, folder) {
  rmSync(folder, { recursive: true, force: true });
  await convertExport(source, folder, { format: 'PARQUET' });
  return folder;
}
