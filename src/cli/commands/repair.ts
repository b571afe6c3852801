import type { RepairResult } from '../../repair/repair.ts';
import { openExport } from '../../export/open-export.ts';
import { repairExport } from '../../repair/repair-export.ts';
import { exit, warn, type CommandContext } from './context.ts';
import { jsonDocument } from '../print/json.ts';
import { openOptions, sourceOf } from '../arguments/open-options.ts';
import { writePieces } from '../print/output.ts';
import { createProgress } from '../print/progress.ts';
import { repairSections } from '../documents/repair-sections.ts';
import { textSections } from '../print/text-sections.ts';

/** `repair`: a clean copy of one export. */
export async function repairCommand(context: CommandContext): Promise<number> {
  const { flags, out, signal } = context;
  const [source = '', destination = ''] = flags.arguments(2, 2);
  const maxPlaces = flags.count('max-places', 0);
  const opened = await openExport(sourceOf(flags, source), openOptions(flags, signal));
  for (const { code, message } of opened.warnings) {
    // what else is odd about the folder is told by what is done about it
    if (code === 'COLUMN_COUNTS_ROWS' || code === 'SWAP_UNFINISHED') await warn(context, code, message);
  }
  const progress = createProgress(context.err, context.errStyle);
  let result: RepairResult;
  try {
    result = await repairExport(opened, destination, {
      conflicts: flags.has('keep-first') ? 'keep-first' : 'refuse',
      onBadPart: flags.has('skip-bad-parts') ? 'skip' : 'stop',
      overwrite: flags.has('overwrite'),
      ...(maxPlaces === undefined ? {} : { maxPlaces }),
      signal,
      onProgress: (state) => progress.update(state),
    });
  } finally {
    await progress.end();
  }
  const pieces = flags.has('json') ? jsonDocument(result) : textSections(repairSections(result), context.outStyle);
  await writePieces(out, pieces, signal);
  return exit.fine;
}
