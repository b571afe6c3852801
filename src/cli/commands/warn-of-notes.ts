import type { ReadingNote } from '../../metrics/reading-notes.ts';
import { warn, type CommandContext } from './context.ts';
import { joinNames } from '../print/sections.ts';
import { showText } from '../print/show-value.ts';

/** Warns of what was odd about the text that was read. */
export async function warnOfNotes(context: CommandContext, notes: readonly ReadingNote[]): Promise<void> {
  for (const { code, message, count, files } of notes) {
    await warn(context, code, `${message} (${count}, ${joinNames(files.map(showText), 5)})`);
  }
}
