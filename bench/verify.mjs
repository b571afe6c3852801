import { join } from 'node:path';
import { ensureExport } from './data.mjs';
import { median } from './report.mjs';
import { runContender } from './run-contender.mjs';

/** Bytes that a verification may need at most: of the usual export, and of one with 20 million keys. */
const most = { usual: 300e6, keys: 1e9 };

/**
 * Verification beside a summary of both tables, in rounds that alternate; and, unless quick, of an export of 10 million
 * items. Fails where it needs more memory than it may.
 */
export function measureVerify(folder, quick) {
  const data = ensureExport(join(folder, quick ? '3MB' : '300MB'), { items: quick ? 160 : 16_000 });
  process.stdout.write(`\nverification of ${(data.bytes / 1e6).toFixed(0)} MB, and a summary of both tables\n`);
  for (const threads of ['1', 'all']) {
    const runs = { verify: [], 'summarize-both': [] };
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      for (const [name, list] of Object.entries(runs))
        list.push(runContender(`${name}:${threads}`, data.folder, quick ? 1 : 3));
    }
    const [verify, summary] = Object.values(runs).map(measure);
    process.stdout.write(
      `${threads === 'all' ? 'all threads' : '1 thread'}: ${verify.text}; summary ${summary.text}; ${(verify.seconds / summary.seconds).toFixed(2)} times as long\n`,
    );
    assertPeak(verify.peakBytes, most.usual);
  }
  if (quick) return;
  const keys = ensureExport(join(folder, 'keys'), { items: 10_000_000, parts: 40, windows: 1, horizon: 1 });
  const large = measure([runContender('verify:all', keys.folder, 1)]);
  process.stdout.write(
    `10 million items of one step, ${(keys.bytes / 1e6).toFixed(0)} MB of forecasts: ${large.text}\n`,
  );
  assertPeak(large.peakBytes, most.keys);
}

function measure(runs) {
  const seconds = median(runs.flatMap((run) => (run.seconds.length > 1 ? run.seconds.slice(1) : run.seconds)));
  const peakBytes = Math.max(...runs.map((run) => run.peakBytes));
  return { seconds, peakBytes, text: `${seconds.toFixed(2)} s, ${(peakBytes / 1e6).toFixed(0)} MB` };
}

function assertPeak(found, wanted) {
  if (found >= wanted) throw new Error(`expected less than ${wanted} bytes, found ${found}`);
}
