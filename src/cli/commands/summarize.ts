import { BacktestExportError } from '../../errors.ts';
import { given } from '../../given.ts';
import type { SummarizeOptions } from '../../metrics/summarize-options.ts';
import { summarizeListed, type ListedSummary } from '../../metrics/summarize.ts';
import { quoteText } from '../../quote-text.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { frequencyOf } from '../arguments/frequency-option.ts';
import { describeSkipped } from '../documents/note-texts.ts';
import { describeSummary } from '../documents/summary.ts';
import { printDocument } from '../print/print-document.ts';
import { withProgress } from '../print/progress.ts';
import { exit, warn, type CommandContext } from './context.ts';
import { openWithWarnings, warnOfNotes } from './open-with-warnings.ts';

/** `summarize`: the accuracy of one export, as a table, JSON, CSV or Markdown. */
export async function summarizeCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const location = flags.argument();
  const format = flags.format();
  const guardFormulas = flags.has('guard-formulas');
  if (guardFormulas && format !== 'csv') throw usageError('--guard-formulas works with --format csv only');
  const options = summarizeOptions(flags);
  const opened = await openWithWarnings(context, location);
  const result = await withProgress(context, (onProgress) =>
    summarizeListed(opened, { ...options, signal, onProgress }),
  );
  assertSomeParts(result);
  await warnOfNotes(context, result.readingNotes);
  for (const part of result.skippedParts) await warn(context, 'PART_SKIPPED', describeSkipped(part));
  await printDocument(context, describeSummary(result), format, { guardFormulas });
  return exit.fine;
}

/** Refuses a summary of nothing: every part with data of some table was left out. */
function assertSomeParts({ export: { rows }, accuracyMetrics, skippedParts }: ListedSummary): void {
  const first = skippedParts.find(
    ({ table }) => (table === 'forecasted-values' ? rows : (accuracyMetrics?.rows ?? 0)) === 0,
  );
  if (first === undefined) return;
  const problem = `${first.message} (every part of ${first.table} that holds data is bad; this is the first)`;
  throw new BacktestExportError(first.code, problem, { position: { file: first.file } });
}

function summarizeOptions(flags: Flags): SummarizeOptions {
  const reading = flags.choice('reading', ['pooled', 'averaged']);
  if (reading !== undefined && !flags.has('by')) throw usageError('--reading applies to groups: choose them with --by');
  return given({
    by: flags.list('by'),
    worst: worstOption(flags),
    reading,
    point: flags.text('point'),
    threads: flags.count('threads'),
    maxGroups: flags.count('max-groups'),
    frequency: frequencyOf(flags),
    accuracyMetrics: !flags.has('no-accuracy-metrics'),
    onBadPart: flags.has('skip-bad-parts') ? 'skip' : 'stop',
  });
}

function worstOption(flags: Flags): SummarizeOptions['worst'] {
  const text = flags.text('worst');
  if (text === undefined) return undefined;
  const found = /^(.+):([1-9]\d{0,8})$/s.exec(text);
  if (found === null) throw usageError(`--worst: expected METRIC:N such as WAPE:10, found ${quoteText(text)}`);
  if (!flags.has('by')) throw usageError('--worst chooses among groups: define them with --by');
  return { metric: found[1] ?? '', count: Number(found[2]) };
}
