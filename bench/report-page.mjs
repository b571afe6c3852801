import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { runCold } from './cold.mjs';
import { ensureExport } from './data.mjs';
import { median } from './report.mjs';

const command = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');

/** What a report may take: times `summarize` and seconds more; memory and size at most, in bytes. */
const most = { times: 1.5, seconds: 2, peakBytes: 300e6, size: 3e6 };

/**
 * The command `report` beside `summarize`, whole processes in rounds that alternate: both must give the same figures. Unless
 * quick, also of 5 million items. Fails where the page or its memory is larger than it may be; prints the time.
 */
export function measureReport(folder, quick) {
  const data = ensureExport(join(folder, quick ? '3MB' : '300MB'), { items: quick ? 160 : 16_000 });
  process.stdout.write(`\na report of ${(data.bytes / 1e6).toFixed(0)} MB, and a summary of both tables\n`);
  assertSameFigures(data.folder, folder);
  const found = measure(data.folder, folder, quick ? 1 : 5);
  const { summary, report } = found;
  const limit = most.times * summary.seconds + most.seconds;
  process.stdout.write(
    `summarize ${summary.text}; report ${report.text}, ${(report.seconds / summary.seconds).toFixed(2)} times as long; ` +
      `${(found.size / 1e6).toFixed(2)} MB of HTML; ${report.seconds <= limit ? 'within' : 'beyond'} ${limit.toFixed(2)} s\n`,
  );
  assertAtMost('of memory', report.peakBytes, most.peakBytes);
  assertAtMost('of HTML', found.size, most.size);
  if (quick) return found;
  const many = ensureExport(join(folder, 'items'), { items: 5_000_000, parts: 16, windows: 1, horizon: 1 });
  const large = measure(many.folder, folder, 1);
  process.stdout.write(
    `5 million items, ${(many.bytes / 1e6).toFixed(0)} MB: summarize ${large.summary.text}; report ${large.report.text}; ` +
      `${(large.size / 1e6).toFixed(2)} MB of HTML\n`,
  );
  assertAtMost('of HTML', large.size, most.size);
  return { ...found, items: large };
}

/** Medians of whole processes. */
function measure(source, folder, rounds) {
  const page = join(folder, 'report.html');
  const runs = { summary: [], report: [] };
  for (let round = 0; round < rounds; round++) {
    runs.summary.push(runCold([command, 'summarize', source]));
    rmSync(page, { force: true });
    runs.report.push(runCold([command, 'report', source, '-o', page]));
  }
  const { size } = statSync(page);
  rmSync(page);
  return { summary: describe(runs.summary), report: describe(runs.report), size };
}

/** The figures that both have, to the last bit. */
function assertSameFigures(source, folder) {
  const [summarized, reported] = [join(folder, 'summary.json'), join(folder, 'report.json')];
  rmSync(reported, { force: true });
  runCold([command, 'summarize', source, '--by', 'step', '--json'], summarized);
  runCold([command, 'report', source, '-o', reported]);
  const [summary, report] = [summarized, reported].map((path) => JSON.parse(readFileSync(path, 'utf8')));
  for (const path of [summarized, reported]) rmSync(path);
  const steps = summary.groups.map(({ pooled }) => pooled);
  const pairs = [
    ['summary', summary.summary, report.summary],
    ['windows', summary.windows, report.windows],
    ['notes', summary.notes, report.notes],
    ['accuracyMetrics', summary.accuracyMetrics, report.accuracyMetrics],
    ['steps', steps, report.steps.map(({ metrics }) => metrics)],
  ];
  for (const [name, expected, found] of pairs) {
    if (expected === undefined || !isDeepStrictEqual(expected, found))
      throw new Error(`report: other ${name} than a summary's`);
  }
  process.stdout.write(`the same figures: ${pairs.map(([name]) => name).join(', ')}\n`);
}

function describe(runs) {
  const seconds = median(runs.map(({ wall }) => wall)) / 1000;
  const processor = median(runs.map((run) => run.processor)) / 1000;
  const peakBytes = Math.max(...runs.map(({ peak }) => peak));
  const text = `${seconds.toFixed(2)} s (${processor.toFixed(2)} s of processor time), ${(peakBytes / 1e6).toFixed(0)} MB`;
  return { seconds, processor, peakBytes, text };
}

function assertAtMost(what, found, limit) {
  if (found > limit) throw new Error(`report: expected at most ${limit} bytes ${what}, found ${found}`);
}
