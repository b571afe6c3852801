import { compareExports, rankExports } from '../../compare/compare-exports.ts';
import type { CompareOptions, MetricComparison, RowComparison } from '../../compare/comparison.ts';
import type { BacktestExport, OpenOptions } from '../../export/backtest-export.ts';
import { openExport } from '../../export/open-export.ts';
import { comparisonSections } from '../documents/comparison-sections.ts';
import { exit, warn, type CommandContext } from './context.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { jsonDocument } from '../print/json.ts';
import { markdownSections } from '../print/markdown-sections.ts';
import { openOptions } from '../arguments/open-options.ts';
import { writePieces } from '../print/output.ts';
import { createProgress } from '../print/progress.ts';
import { outputFormat } from '../arguments/output-format.ts';
import { textSections } from '../print/text-sections.ts';

const mostExports = 100;

/** `compare`: two exports row by row, or two and more metric by metric. */
export async function compareCommand(context: CommandContext): Promise<number> {
  const { flags } = context;
  const locations = flags.arguments(2, mostExports);
  const format = outputFormat(flags);
  const options = compareOptions(flags, locations.length);
  const opening = locations.map((_, index) => openOptionsOf(context, index, locations.length));
  const exports: BacktestExport[] = [];
  for (const [index, location] of locations.entries()) {
    const found = await openExport(location, opening[index]);
    exports.push(found);
    for (const { code, message } of found.warnings) await warn(context, code, message);
  }
  const result = await compareWithProgress(exports, options, context);
  const pieces = format === 'json' ? jsonDocument(result) : sectionPieces(result, format, context);
  await writePieces(context.out, pieces, context.signal);
  return result.equal ? exit.fine : exit.checkFailed;
}

function sectionPieces(
  result: RowComparison | MetricComparison,
  format: string,
  context: CommandContext,
): Iterable<string> {
  const sections = comparisonSections(result);
  return format === 'markdown' ? markdownSections(sections) : textSections(sections, context.outStyle);
}

async function compareWithProgress(
  exports: readonly BacktestExport[],
  options: CompareOptions,
  context: CommandContext,
): Promise<RowComparison | MetricComparison> {
  const progress = createProgress(context.err, context.errStyle);
  const all: CompareOptions = { ...options, signal: context.signal, onProgress: (state) => progress.update(state) };
  const [a, b] = exports;
  try {
    if (exports.length > 2 || a === undefined || b === undefined) return await rankExports(exports, all);
    return await compareExports(a, b, all);
  } finally {
    await progress.end();
  }
}

function compareOptions(flags: Flags, exports: number): CompareOptions {
  const on = flags.choice('on', ['rows', 'metrics']);
  if (on === 'rows' && exports > 2) throw usageError(`--on rows compares two exports, found ${exports}`);
  const tolerance = flags.number('tolerance');
  const metrics = flags.list('metric');
  const by = flags.list('by');
  const places = flags.count('places', 0);
  const maxHeldRows = flags.count('max-held-rows');
  const maxGroups = flags.count('max-groups');
  const reading = flags.choice('reading', ['pooled', 'averaged']);
  const point = flags.text('point');
  return {
    ...(on === undefined ? {} : { on }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(by === undefined ? {} : { by }),
    ...(reading === undefined ? {} : { reading }),
    ...(point === undefined ? {} : { point }),
    ...(places === undefined ? {} : { places }),
    ...(maxHeldRows === undefined ? {} : { maxHeldRows }),
    ...(maxGroups === undefined ? {} : { maxGroups }),
  };
}

/** The choice among a folder's exports is one for all, or one for each. */
function openOptionsOf({ flags, signal }: CommandContext, index: number, exports: number): OpenOptions {
  const choose = (name: string): string | undefined => {
    const names = flags.list(name);
    if (names === undefined || names.length === 1) return names?.[0];
    if (names.length === exports) return names[index];
    throw usageError(`--${name}: expected one for all or one for each of ${exports} exports, found ${names.length}`);
  };
  const jobName = choose('job');
  const exportedAt = choose('exported-at');
  return {
    ...openOptions(flags, signal),
    ...(jobName === undefined ? {} : { jobName }),
    ...(exportedAt === undefined ? {} : { exportedAt }),
  };
}
