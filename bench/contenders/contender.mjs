/**
 * Runs one contender in this process: `node contender.mjs INPUT`, with INPUT the JSON of `run-contender.mjs`; prints JSON
 * for the runner. The result is what a contender computes, or the checksum of what it wrote.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const input = JSON.parse(process.argv[2]);
const { name, passes, bytes, out } = input;
const { run, check = (result) => result } = await import(`./${name.split(':')[0]}.mjs`);
const seconds = [];
let result;
for (let pass = 0; pass < passes; pass++) {
  if (out !== undefined) {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(join(out, 'forecasted-values'), { recursive: true });
  }
  result = undefined;
  const start = performance.now();
  result = await run(input);
  seconds.push((performance.now() - start) / 1000);
}
const peakBytes = process.resourceUsage().maxRSS * 1024;
// Outside of the measured time and memory: this library is loaded only now into the processes of others.
result = out === undefined ? await check(result) : await (await import('./content.mjs')).run({ folder: out });
process.stdout.write(`${JSON.stringify({ name, seconds, bytes, result, peakBytes })}\n`);
