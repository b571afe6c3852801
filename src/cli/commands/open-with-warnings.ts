import { openOptions, sourceOf } from '../arguments/open-options.ts';
import type { BacktestExport } from '../../export/find/backtest-export.ts';
import { openExport } from '../../export/open-export.ts';
import type { ReadingNote } from '../../export/reading-notes.ts';
import { showNames } from '../print/show-value.ts';
import { warn, type CommandContext } from './context.ts';

/** Opens the export that the command reads, and shows its warnings, or those that `isShown` chooses. */
export async function openWithWarnings(
  context: CommandContext,
  location: string,
  isShown: (code: string) => boolean = () => true,
): Promise<BacktestExport> {
  const { flags, signal } = context;
  const opened = await openExport(sourceOf(flags, location), openOptions(flags, signal));
  for (const { code, message } of opened.warnings) if (isShown(code)) await warn(context, code, message);
  return opened;
}

/** Warns of oddities in the text that was read. */
export async function warnOfNotes(context: CommandContext, notes: readonly ReadingNote[]): Promise<void> {
  for (const { code, message, count, files } of notes) {
    await warn(context, code, `${message} (${count}, ${showNames(files, 5)})`);
  }
}
