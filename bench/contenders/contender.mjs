/** Runs one contender in this process: `node contender.mjs NAME FOLDER PASSES`; prints JSON for the runner. */
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const [name, folder, passes] = process.argv.slice(2);
const [kind, variant] = name.split(':');
const { run } = await import(`./${kind}.mjs`);
const parts = readdirSync(join(folder, 'forecasted-values'))
  .filter((file) => file.endsWith('.csv'))
  .map((file) => join(folder, 'forecasted-values', file))
  .filter((file) => statSync(file).size > 0);
const bytes = parts.reduce((sum, file) => sum + statSync(file).size, 0);
const input = {
  folder,
  parts,
  bytes,
  variant,
  threads: variant === 'all' ? availableParallelism() : Number(variant) || 1,
};
const seconds = [];
let figures;
for (let pass = 0; pass < Number(passes); pass++) {
  const start = performance.now();
  figures = await run(input);
  seconds.push((performance.now() - start) / 1000);
}
const result = { name, seconds, bytes, figures, peakBytes: process.resourceUsage().maxRSS * 1024 };
process.stdout.write(`${JSON.stringify(result)}\n`);
