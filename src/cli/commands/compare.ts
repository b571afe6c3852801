import { compareExports, rankExports } from '../../compare/compare-exports.ts';
import type { CompareOptions } from '../../compare/result.ts';
import type { BacktestExport } from '../../export/find/backtest-export.ts';
import { openExport } from '../../export/open-export.ts';
import { given } from '../../given.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { openOptionsOf } from '../arguments/open-options.ts';
import { describeComparison } from '../../show/results/comparison.ts';
import { printDocument } from '../print/print-document.ts';
import { withProgress } from '../print/with-progress.ts';
import { exit, warn, type CommandContext } from './context.ts';

const mostExports = 100;

/** `compare`: two exports row by row, or two and more metric by metric. */
export async function compareCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const locations = flags.arguments(2, mostExports);
  const format = flags.format();
  const options = compareOptions(flags, locations.length);
  const opening = locations.map((_, index) => openOptionsOf(flags, signal, index, locations.length));
  const exports: BacktestExport[] = [];
  for (const [index, location] of locations.entries()) {
    const found = await withProgress(context, () => openExport(location, opening[index]));
    exports.push(found);
    for (const { code, message } of found.warnings) await warn(context, code, message);
  }
  const [a, b, third] = exports;
  const result = await withProgress(context, (onProgress) => {
    const all = { ...options, signal, onProgress };
    return a === undefined || b === undefined || third !== undefined
      ? rankExports(exports, all)
      : compareExports(a, b, all);
  });
  await printDocument(context, describeComparison(result), format);
  return result.equal ? exit.fine : exit.checkFailed;
}

function compareOptions(flags: Flags, exports: number): CompareOptions {
  const on = flags.choice('on', ['rows', 'metrics']);
  if (on === 'rows' && exports > 2) throw usageError(`--on rows compares two exports, found ${exports}`);
  return given({
    on,
    tolerance: flags.number('tolerance'),
    metrics: flags.list('metric'),
    by: flags.list('by'),
    maxPlaces: flags.count('max-places', 0),
    maxHeldRows: flags.count('max-held-rows'),
    maxGroups: flags.count('max-groups'),
    reading: flags.choice('reading', ['pooled', 'averaged']),
    point: flags.text('point'),
    intervals: flags.has('intervals') || undefined,
  });
}
