import type { BacktestExport } from '../../export/backtest-export.ts';
import { openExport } from '../../export/open-export.ts';
import { summarize, type ExportSummary, type SummarizeOptions } from '../../metrics/summarize.ts';
import { BacktestExportError, quoteText } from '../../errors.ts';
import { exit, warn, type CommandContext } from './context.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { frequencyOption } from '../arguments/frequency-option.ts';
import { jsonDocument } from '../print/json.ts';
import { openOptions, sourceOf } from '../arguments/open-options.ts';
import { outputFormat } from '../arguments/output-format.ts';
import { writePieces } from '../print/output.ts';
import { createProgress } from '../print/progress.ts';
import { warnOfNotes } from './warn-of-notes.ts';
import { csvPieces } from '../documents/summary-csv.ts';
import { describeSkipped } from '../documents/summary-notes.ts';
import { markdownPieces } from '../documents/summary-markdown.ts';
import { summarySections } from '../documents/summary-sections.ts';

/** `summarize`: the accuracy of one export, as a table, JSON, CSV or Markdown. */
export async function summarizeCommand(context: CommandContext): Promise<number> {
  const { flags } = context;
  const location = flags.argument();
  const format = outputFormat(flags);
  if (flags.has('guard-formulas') && format !== 'csv') throw usageError('--guard-formulas goes with --format csv only');
  const options = summarizeOptions(flags);
  const bx = await openExport(sourceOf(flags, location), openOptions(flags, context.signal));
  for (const warning of bx.warnings) await warn(context, warning.code, warning.message);
  const result = await summarizeWithProgress(bx, options, context);
  refuseNothing(result);
  await warnOfNotes(context, result.readingNotes);
  for (const part of result.skippedParts) await warn(context, 'PART_SKIPPED', describeSkipped(part));
  await print(context, result, format);
  return exit.fine;
}

async function summarizeWithProgress(
  bx: BacktestExport,
  options: SummarizeOptions,
  context: CommandContext,
): Promise<ExportSummary> {
  const progress = createProgress(context.err, context.errStyle);
  try {
    return await summarize(bx, {
      ...options,
      signal: context.signal,
      onProgress: (state) => progress.update(state),
    });
  } finally {
    await progress.end();
  }
}

/** Leaving out every part of a table that holds data is no summary, whatever was allowed. */
function refuseNothing({ export: { rows }, accuracyMetrics, skippedParts }: ExportSummary): void {
  const first = skippedParts.find(
    ({ table }) => (table === 'forecasted-values' ? rows : (accuracyMetrics?.rows ?? 0)) === 0,
  );
  if (first === undefined) return;
  const problem = `${first.message} (every part of ${first.table} that holds data is bad; this is the first)`;
  throw new BacktestExportError(first.code, problem, { position: { file: first.file } });
}

function summarizeOptions(flags: Flags): SummarizeOptions {
  const by = flags.list('by');
  const threads = flags.count('threads');
  const maxGroups = flags.count('max-groups');
  const frequency = frequencyOption(flags);
  const worst = worstOption(flags);
  const reading = flags.choice('reading', ['pooled', 'averaged']);
  const point = flags.text('point');
  if (reading !== undefined && by === undefined) throw usageError('--reading is of groups: say which with --by');
  return {
    ...(by === undefined ? {} : { by }),
    ...(worst === undefined ? {} : { worst }),
    ...(reading === undefined ? {} : { reading }),
    ...(point === undefined ? {} : { point }),
    ...(threads === undefined ? {} : { threads }),
    ...(maxGroups === undefined ? {} : { maxGroups }),
    ...(frequency === undefined ? {} : { frequency }),
    accuracyMetrics: !flags.has('no-accuracy-metrics'),
    onBadPart: flags.has('skip-bad-parts') ? 'skip' : 'stop',
  };
}

function worstOption(flags: Flags): SummarizeOptions['worst'] {
  const text = flags.text('worst');
  if (text === undefined) return undefined;
  const found = /^(.+):([1-9]\d{0,8})$/s.exec(text);
  if (found === null) throw usageError(`--worst: expected METRIC:N such as WAPE:10, found ${quoteText(text)}`);
  if (!flags.has('by')) throw usageError('--worst chooses among groups: say which with --by');
  return { metric: found[1] ?? '', count: Number(found[2]) };
}

async function print(context: CommandContext, result: ExportSummary, format: string): Promise<void> {
  await writePieces(context.out, piecesOf(result, format, context), context.signal);
}

function piecesOf(result: ExportSummary, format: string, context: CommandContext): Iterable<string> {
  if (format === 'table') return summarySections(result, context.outStyle);
  if (format === 'csv') {
    const guardFormulas = context.flags.has('guard-formulas');
    return csvPieces(result, { guardFormulas, terminal: context.outStyle.terminal });
  }
  return format === 'markdown' ? markdownPieces(result) : jsonDocument(result);
}
