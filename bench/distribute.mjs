/**
 * What sharing the work out costs: `map` of one part of some 40 MB, a whole process from start to end, beside
 * `summarize --threads 1` of a folder that holds that part alone. Both results are compared first. Then how large states are.
 * `node bench/distribute.mjs [FOLDER] [ROUNDS]`, after `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureExport } from './data.mjs';
import { median } from './report.mjs';

const [folder = join(tmpdir(), 'backtest-export-bench-distribute'), rounds = '9'] = process.argv.slice(2);
const command = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
const usage = join(import.meta.dirname, 'cold-usage.cjs');

const whole = ensureExport(join(folder, 'export'), { items: 4000, parts: 2 }).folder;
const alone = onePart(whole, join(folder, 'one-part'));

/** A folder with the first part of forecasted-values, without the other table. */
function onePart(from, to) {
  rmSync(to, { recursive: true, force: true });
  const table = 'forecasted-values';
  mkdirSync(join(to, table), { recursive: true });
  const [name] = readdirSync(join(from, table)).filter((each) => each.endsWith('part0.csv'));
  copyFileSync(join(from, table, name), join(to, table, name));
  return to;
}

/** One process; what it prints, its time, and its processor time. */
function run(args, input) {
  const start = performance.now();
  const { status, stderr, stdout, output } = spawnSync(process.execPath, ['--require', usage, command, ...args], {
    input,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  });
  const wall = performance.now() - start;
  if (status !== 0) throw new Error(`${args.join(' ')}: exit code ${status}: ${stderr}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(output[3]);
  return { stdout, wall, processor: (userCPUTime + systemCPUTime) / 1000, peak: maxRSS * 1024 };
}

for (const by of [[], ['item'], ['item', 'step']]) {
  const grouping = by.length === 0 ? [] : ['--by', by.join(',')];
  const plan = run(['plan', alone, ...grouping]).stdout;
  writeFileSync(join(folder, 'plan.jsonl'), plan);
  const contenders = [
    { name: 'summarize --threads 1', args: ['summarize', alone, '--threads', '1', '--json', ...grouping] },
    { name: 'map', args: ['map', join(folder, 'plan.jsonl')] },
  ].map((each) => ({ ...each, wall: [], processor: [], peak: 0 }));
  const [expected, states] = contenders.map(({ args }) => run(args).stdout);
  const reduced = run(['reduce', '--json'], states).stdout;
  if (reduced !== expected) throw new Error(`by ${by.join(',')}: the summary of states differs`);
  for (let round = 0; round < Number(rounds); round++) {
    for (const each of contenders) {
      const { wall, processor, peak } = run(each.args);
      each.wall.push(wall);
      each.processor.push(processor);
      each.peak = Math.max(each.peak, peak);
    }
  }
  const [base] = contenders;
  process.stdout.write(
    `\nby ${by.join(', ') || 'window'}: the same summary; states of ${states.length} bytes in ${states.trimEnd().split('\n').length}\n`,
  );
  for (const { name, wall, processor, peak } of contenders) {
    const [time, ratio] = [median(wall), median(wall) / median(base.wall)];
    process.stdout.write(
      `  ${name.padEnd(22)} ${time.toFixed(0).padStart(5)} ms  ${ratio.toFixed(2)}x  ${median(processor).toFixed(0).padStart(5)} ms of processor time  ${(peak / 1e6).toFixed(0).padStart(4)} MB\n`,
    );
  }
}
