import { BacktestExportError, quoteText } from '../../errors.ts';
import { given } from '../../given.ts';
import type { SummarizeOptions } from '../../metrics/summarize-options.ts';
import type { ListedSummary } from '../../metrics/summarize.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { describeSkipped } from '../../show/results/note-texts.ts';
import { describeSummary } from '../../show/results/summary.ts';
import { printDocument } from '../print/print-document.ts';
import { warn, type CommandContext } from './context.ts';
import { warnOfNotes } from './open-with-warnings.ts';

/** How a summary is printed. */
export interface ShownAs {
  readonly format: string;
  readonly guardFormulas: boolean;
}

/** What the options say about printing a summary. */
export function shownAs(flags: Flags): ShownAs {
  const format = flags.format();
  const guardFormulas = flags.has('guard-formulas');
  if (guardFormulas && format !== 'csv') throw usageError('--guard-formulas works with --format csv only');
  return { format, guardFormulas };
}

/** `--worst` and `--reading`: which groups are shown, and how. */
export function groupChoice(flags: Flags): Pick<SummarizeOptions, 'worst' | 'reading'> {
  return given({ worst: worstOf(flags), reading: flags.choice('reading', ['pooled', 'averaged']) });
}

function worstOf(flags: Flags): SummarizeOptions['worst'] {
  const text = flags.text('worst');
  if (text === undefined) return undefined;
  const found = /^(.+):([1-9]\d{0,8})$/s.exec(text);
  if (found === null) throw usageError(`--worst: expected METRIC:N such as WAPE:10, found ${quoteText(text)}`);
  return { metric: found[1] ?? '', count: Number(found[2]) };
}

/** Prints a summary, with its warnings on standard error. @throws the error of the first bad part where all of a table are */
export async function showSummary(
  context: CommandContext,
  result: ListedSummary,
  { format, guardFormulas }: ShownAs,
): Promise<void> {
  assertSomeParts(result);
  await warnOfNotes(context, result.readingNotes);
  for (const part of result.skippedParts) await warn(context, 'PART_SKIPPED', describeSkipped(part));
  await printDocument(context, describeSummary(result), format, { guardFormulas });
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
