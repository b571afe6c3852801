/**
 * `npm run bench`: generates an export of about 300 MB of CSV and its Parquet, runs each contender in its own process,
 * asserts that all compute the same figures, and prints medians, ratios and peak memory with the machine. Rounds are
 * interleaved, so that a noisy neighbour hits all alike. `npm run bench:quick` does the same on 3 MB: for the figures, not
 * for speed. `-- csv-to-parquet` and the like run one direction.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assertSameFigures } from './contenders/figures.mjs';
import { ensureExport, writeParquet } from './data.mjs';
import { directions } from './directions.mjs';
import { measureMemory } from './memory.mjs';
import { printMachine, printTable } from './report.mjs';
import { measureStartup } from './startup.mjs';

const quick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const folder = join(import.meta.dirname, '..', '.bench');
mkdirSync(folder, { recursive: true });

printMachine();
const small = quick ? await prepare('quick', { items: 160 }) : await prepare('30MB', { items: 1600 });
const data = quick ? small : await prepare('300MB', { items: 16_000 });
for (const direction of directions) {
  const name = direction.title.toLowerCase().replaceAll(' ', '-');
  if (wanted.length > 0 && !wanted.some((each) => name.startsWith(each))) continue;
  runDirection(direction);
}
if (!quick && (wanted.length === 0 || wanted.includes('memory'))) await measureMemory(folder);
if (!quick && wanted.length === 0) measureStartup();

async function prepare(name, shape) {
  const made = await ensureExport(join(folder, name), shape);
  return { ...made, parquet: await writeParquet(made.folder, join(folder, `${name}-parquet`)) };
}

function runDirection({ title, from, to, contenders }) {
  const { rows, bytes, parts } = data;
  process.stdout.write(`\n${title}: ${rows} rows, ${(bytes / 1e6).toFixed(0)} MB of CSV, ${parts} parts\n\n`);
  const results = new Map();
  const expected = { data: figuresOf(data), small: figuresOf(small) };
  let passed = 0;
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const [name, passes, rounds, share] of contenders) {
      if (round >= rounds) continue;
      const input = share === 'small' ? small : data;
      const place = from === 'csv' ? input.folder : input.parquet;
      const result = runContender(name, place, quick ? 1 : passes, to);
      const known = results.get(name) ?? { ...result, bytes: input.bytes, rows: input.rows, seconds: [], peakBytes: 0 };
      known.seconds.push(...(result.seconds.length > 1 ? result.seconds.slice(1) : result.seconds));
      known.peakBytes = Math.max(known.peakBytes, result.peakBytes);
      results.set(name, known);
      if (result.figures === undefined) continue;
      assertSameFigures(name, result.figures, expected[share ?? 'data']);
      passed++;
    }
  }
  process.stdout.write(`${passed} runs gave the same figures (relative difference at most 1e-9)\n\n`);
  printTable(results);
}

function figuresOf({ folder: input }) {
  return runContender('ours:1', input, 1).figures;
}

function runContender(name, input, passes, to) {
  const script = join(import.meta.dirname, 'contenders', 'contender.mjs');
  const output = to === undefined ? [] : [join(folder, 'out'), to];
  const text = execFileSync(process.execPath, [script, name, input, String(passes), ...output], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(text);
}
