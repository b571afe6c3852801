import { openOptions, sourceOf } from '../arguments/open-options.ts';
import type { BacktestExport } from '../../export/find/backtest-export.ts';
import { openAs } from '../../export/open-export.ts';
import type { ReadingNote } from '../../export/reading-notes.ts';
import { showNames } from '../../show/values/show-value.ts';
import { withProgress } from '../print/with-progress.ts';
import { warn, type CommandContext } from './context.ts';

/** Opens the export that the command reads, and shows its warnings, or those that `isShown` chooses. */
export async function openWithWarnings(
  context: CommandContext,
  location: string,
  isShown: (code: string) => boolean = () => true,
): Promise<BacktestExport> {
  const { flags, signal } = context;
  const side = isCopied(context) ? 'source' : undefined;
  const options = openOptions(flags, signal);
  // a folder may be huge, and far away
  const opened = await withProgress(context, () => openAs(side, sourceOf(flags, location), options));
  for (const { code, message } of opened.warnings) if (isShown(code)) await warn(context, code, message);
  return opened;
}

/** Whether the command reads one location and writes another. */
function isCopied({ flags }: CommandContext): boolean {
  return flags.knows('dest-region');
}

/** Warns of oddities in the text that was read. */
export async function warnOfNotes(context: CommandContext, notes: readonly ReadingNote[]): Promise<void> {
  for (const { code, message, count, files } of notes) {
    await warn(context, code, `${message} (${count}, ${showNames(files, 5)})`);
  }
}
