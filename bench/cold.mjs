/**
 * What a user of the command waits for: whole processes, from start to end, beside `node -e 0`. Their processor time is
 * that of all threads, as the process itself says at its end.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureExport } from './data.mjs';
import { median } from './report.mjs';

const usage = join(import.meta.dirname, 'cold-usage.cjs');
const command = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
const library = `file://${join(import.meta.dirname, '..', 'dist', 'index.js')}`;

/** Medians of alternating runs. `quick` runs each command once and leaves out the large export. */
export function measureCold(folder, quick) {
  const small = ensureExport(join(folder, '300kB'), { items: 16, parts: 1 }).folder;
  const out = join(folder, 'cold-out');
  const commands = [
    ['node -e 0', ['-e', '0']],
    ["import 'backtest-export'", ['--input-type=module', '-e', `import ${JSON.stringify(library)}`]],
    ['backtest-export --version', [command, '--version']],
    ['backtest-export --help', [command, '--help']],
    ['inspect, 300 kB', [command, 'inspect', small]],
    ['summarize, 300 kB', [command, 'summarize', small]],
    ['verify, 300 kB', [command, 'verify', small]],
    ['convert, 300 kB', [command, 'convert', small, out, '--to', 'parquet']],
  ];
  if (!quick) {
    const large = ensureExport(join(folder, '300MB'), { items: 16_000 }).folder;
    commands.push(
      ['summarize, 300 MB', [command, 'summarize', large]],
      ['summarize --threads 1, 300 MB', [command, 'summarize', large, '--threads', '1']],
    );
  }
  const runs = commands.map(([name, args]) => ({ name, args, wall: [], processor: [], peak: [] }));
  for (let round = 0; round < (quick ? 1 : 15); round++) {
    for (const run of runs) {
      rmSync(out, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const found = runCold(run.args);
      for (const key of ['wall', 'processor', 'peak']) run[key].push(found[key]);
    }
  }
  rmSync(out, { recursive: true, force: true });
  return print(
    runs.map(({ name, wall, processor, peak }) => ({
      name,
      milliseconds: median(wall),
      processorMilliseconds: median(processor),
      peakBytes: Math.max(...peak),
    })),
  );
}

/** One process; it writes its resource usage to file descriptor 3 when it ends, and its output to a file if one is named. */
export function runCold(args, out) {
  const file = out === undefined ? 'ignore' : openSync(out, 'w');
  const start = performance.now();
  const { status, stderr, output } = spawnSync(process.execPath, ['--require', usage, ...args], {
    stdio: ['ignore', file, 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  const wall = performance.now() - start;
  if (out !== undefined) closeSync(file);
  if (status !== 0) throw new Error(`${args.join(' ')}: exit code ${status}: ${stderr}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(output[3]);
  return { wall, processor: (userCPUTime + systemCPUTime) / 1000, peak: maxRSS * 1024 };
}

function print(entries) {
  const base = entries[0].milliseconds;
  process.stdout.write('\nwhole processes, from a cold start (medians)\n\n');
  for (const { name, milliseconds, processorMilliseconds, peakBytes } of entries) {
    process.stdout.write(
      `${name.padEnd(32)} ${milliseconds.toFixed(0).padStart(5)} ms  ${(milliseconds / base).toFixed(2).padStart(5)}x node -e 0  ${processorMilliseconds.toFixed(0).padStart(5)} ms of processor time  ${(peakBytes / 1e6).toFixed(0).padStart(4)} MB\n`,
    );
  }
  return entries;
}
