/** How time and memory grow: summaries of 0.1 to 10 GB, and groups by item of 10 thousand to 5 million items. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { assertSameResult } from './contenders/figures.mjs';
import { ensureExport } from './data.mjs';
import { runContender } from './run-contender.mjs';

const gigabytes = [0.1, 1, 3, 10];
const items = [10_000, 1_000_000, 5_000_000];

/** One cold pass each, as a user runs it; the data are removed afterwards, since they take tens of gigabytes. */
export function measureGrowth(folder) {
  const sizes = gigabytes.flatMap((size) =>
    measure(folder, `grow-${size}GB`, { items: Math.round(size * 55_000) }, ['ours:1', 'ours:all', 'duckdb:all']),
  );
  const groups = items.flatMap((count) =>
    measure(folder, `grow-${count}-items`, { items: count, parts: 8, windows: 1, horizon: 2 }, groupings, {
      by: ['item'],
      worst: 10,
    }),
  );
  return { sizes, groups };
}

const groupings = ['ours-by:1', 'ours-by:all', 'duckdb-by:1', 'duckdb-by:all'];

function measure(folder, name, shape, contenders, more = {}) {
  const data = ensureExport(join(folder, name), shape);
  process.stdout.write(`\n${name}: ${(data.bytes / 1e6).toFixed(0)} MB, ${data.rows} rows\n`);
  let expected;
  const entries = contenders.map((contender) => {
    const { seconds, peakBytes, result } = runContender(contender, data.folder, 1, more);
    assertSameResult(contender, result, (expected ??= result));
    process.stdout.write(
      `${contender.padEnd(14)} ${seconds[0].toFixed(2).padStart(7)} s  ${(data.bytes / 1e6 / seconds[0]).toFixed(0).padStart(5)} MB/s  ${(peakBytes / 1e6).toFixed(0).padStart(5)} MB\n`,
    );
    return { export: name, bytes: data.bytes, rows: data.rows, contender, seconds: seconds[0], peakBytes };
  });
  rmSync(data.folder, { recursive: true });
  return entries;
}
