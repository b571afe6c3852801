/**
 * `npm run bench`: generates an export of about 300 MB, runs each contender in its own process, asserts that all
 * compute the same figures, and prints medians, ratios and peak memory with the machine. Rounds are interleaved, so
 * that a noisy neighbour hits all alike. `npm run bench:quick` does the same on 3 MB: for the figures, not for speed.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureExport } from './data.mjs';
import { assertSameFigures } from './contenders/figures.mjs';
import { printMachine, printTable } from './report.mjs';
import { measureMemory } from './memory.mjs';
import { measureStartup } from './startup.mjs';

const quick = process.argv.includes('--quick');
const folder = join(import.meta.dirname, '..', '.bench');
mkdirSync(folder, { recursive: true });

/** [contender, passes per round, rounds]; the first pass of a process warms up and is dropped where there are several. */
const contenders = [
  ['ours:1', 4, 3],
  ['ours:all', 4, 3],
  ['duckdb:1', 3, 3],
  ['duckdb:all', 3, 3],
  ['duckdb-as-is:1', 3, 3],
  ['duckdb-as-is:all', 3, 3],
  ['csv-parse', 1, 2],
  ['papaparse', 2, 2],
  ['udsv', 2, 2],
  ['plain-read:file', 3, 3],
  ['plain-read:stream', 3, 3],
  ['plain-read:buffer', 3, 3],
];

printMachine();
const data = await ensureExport(join(folder, quick ? 'quick' : '300MB'), quick ? { items: 160 } : { items: 16_000 });
process.stdout.write(
  `\nCSV to summary by window: ${data.rows} rows, ${(data.bytes / 1e6).toFixed(0)} MB, ${data.parts} parts\n\n`,
);
const results = new Map();
let passed = 0;
for (let round = 0; round < (quick ? 1 : 3); round++) {
  for (const [name, passes, rounds] of contenders) {
    if (round >= rounds) continue;
    const result = runContender(name, data.folder, quick ? 1 : passes);
    const known = results.get(name) ?? { ...result, seconds: [], peakBytes: 0 };
    known.seconds.push(...(result.seconds.length > 1 ? result.seconds.slice(1) : result.seconds));
    known.peakBytes = Math.max(known.peakBytes, result.peakBytes);
    results.set(name, known);
    if (result.figures === undefined) continue;
    assertSameFigures(name, result.figures, results.get('ours:1').figures);
    passed++;
  }
}
process.stdout.write(`${passed} runs gave the same figures (relative difference at most 1e-9)\n\n`);
printTable(data, results);
if (!quick) {
  await measureMemory(folder);
  measureStartup();
}

function runContender(name, input, passes) {
  const script = join(import.meta.dirname, 'contenders', 'contender.mjs');
  const output = execFileSync(process.execPath, [script, name, input, String(passes)], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(output);
}
