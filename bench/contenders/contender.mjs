/**
 * Runs one contender in this process: `node contender.mjs NAME FOLDER PASSES [OUT FORMAT]`; prints JSON for the runner.
 * The result is what a contender computes, or the checksum of what it wrote.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const [name, folder, passes, out, format] = process.argv.slice(2);
const [kind, variant] = name.split(':');
const { run } = await import(`./${kind}.mjs`);
const parts = readdirSync(join(folder, 'forecasted-values'))
  .filter((file) => /\.(?:csv|parquet)$/.test(file))
  .map((file) => join(folder, 'forecasted-values', file))
  .filter((file) => statSync(file).size > 0);
const bytes = parts.reduce((sum, file) => sum + statSync(file).size, 0);
const threads = variant === 'all' ? availableParallelism() : Number(variant) || 1;
const input = { folder, parts, bytes, variant, threads, out, format };
const seconds = [];
let result;
for (let pass = 0; pass < Number(passes); pass++) {
  if (out !== undefined) {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(join(out, 'forecasted-values'), { recursive: true });
  }
  const start = performance.now();
  result = await run(input);
  seconds.push((performance.now() - start) / 1000);
}
const peakBytes = process.resourceUsage().maxRSS * 1024;
if (out !== undefined) {
  // Outside of the measured time and memory: this library is loaded only now into the processes of others.
  const { run: sumContent } = await import('./content.mjs');
  result = await sumContent({ folder: out });
}
process.stdout.write(`${JSON.stringify({ name, seconds, bytes, result, peakBytes })}\n`);
