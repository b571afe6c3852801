import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from './report.mjs';

function milliseconds(args) {
  const times = Array.from({ length: 15 }, () => {
    const start = performance.now();
    execFileSync(process.execPath, args);
    return performance.now() - start;
  });
  return median(times);
}

/** Wall time of whole processes, and of the import alone beside an empty one. */
export function measureStartup() {
  const command = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
  const library = join(import.meta.dirname, '..', 'dist', 'index.js');
  const empty = milliseconds(['-e', '']);
  const imported = milliseconds(['--input-type=module', '-e', `import ${JSON.stringify(`file://${library}`)}`]);
  process.stdout.write('\nstart (medians of 15)\n');
  process.stdout.write(`node alone: ${empty.toFixed(0)} ms\n`);
  process.stdout.write(`backtest-export --help: ${milliseconds([command, '--help']).toFixed(0)} ms\n`);
  process.stdout.write(`import 'backtest-export': ${(imported - empty).toFixed(0)} ms beyond node alone\n`);
}
