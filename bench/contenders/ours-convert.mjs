import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { convertExport } from 'backtest-export';

/** As users call it: files synced, read back and proven. */
export async function run({ folder, out, format, threads }) {
  rmSync(out, { recursive: true });
  await convertExport(join(folder, 'forecasted-values'), out, { format, threads });
}
