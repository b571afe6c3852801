import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { columnsOf } from './contenders/columns.mjs';
import { nativePython } from './native.mjs';

const folder = join(import.meta.dirname, 'contenders');
const natives = /^(?:polars|pyarrow|duckdb2)-/;

/**
 * Runs a contender over the export in `source` in a process of its own, `passes` times; a conversion is told where to
 * write and in what format. The name ends in the number of threads, or `all`. Answers
 * `{ name, seconds, bytes, result, peakBytes }`; `bytes` are those of the input.
 */
export function runContender(name, source, passes, more = {}) {
  const native = natives.test(name);
  const [program, script] = native ? [nativePython(), 'native/contender.py'] : [process.execPath, 'contender.mjs'];
  const found = JSON.parse(execute(program, [join(folder, script), contenderInput(name, source, passes, more)]));
  // what a native contender wrote is summed by the judge, in a process of its own
  if (native && more.out !== undefined) found.result = runContender('content', more.out, 1).result;
  return found;
}

/** What `contender.mjs` is told, as JSON. */
export function contenderInput(name, source, passes, more = {}) {
  const parts = listParts(source);
  const bytes = parts.reduce((sum, path) => sum + statSync(path).size, 0);
  const variant = name.split(':')[1];
  const threads = variant === 'all' ? availableParallelism() : Number(variant) || 1;
  const columns = columnsOf(parts[0]);
  return JSON.stringify({ name, variant, folder: source, parts, bytes, threads, passes, columns, ...more });
}

function execute(program, args) {
  return execFileSync(program, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 2 ** 28 });
}

function listParts(source) {
  const table = join(source, 'forecasted-values');
  return readdirSync(table)
    .filter((file) => /\.(?:csv|parquet)$/.test(file))
    .sort()
    .map((file) => join(table, file))
    .filter((path) => statSync(path).size > 0);
}
