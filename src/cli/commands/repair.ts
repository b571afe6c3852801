import { given } from '../../given.ts';
import { repairExport } from '../../repair/repair-export.ts';
import { describeRepair } from '../../show/results/clean-copy.ts';
import { openStorage } from '../../storage/open-storage.ts';
import { s3Access } from '../arguments/s3-options.ts';
import { printDocument } from '../print/print-document.ts';
import { withProgress } from '../print/with-progress.ts';
import { exit, type CommandContext } from './context.ts';
import { openWithWarnings } from './open-with-warnings.ts';

/** The warnings to show: for any other oddity the result says what was done about it. */
const shown: readonly string[] = ['COLUMN_COUNTS_ROWS', 'SWAP_UNFINISHED'];

/** `repair`: a clean copy of one export. */
export async function repairCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const [source = '', destination = ''] = flags.arguments(2, 2);
  const options = given({
    conflicts: flags.has('keep-first') ? 'keep-first' : 'refuse',
    onBadPart: flags.has('skip-bad-parts') ? 'skip' : 'stop',
    overwrite: flags.has('overwrite'),
    maxPlaces: flags.count('max-places', 0),
    signal,
  } as const);
  const target = openStorage(destination, { s3: s3Access(flags, 'dest'), side: 'destination' });
  const opened = await openWithWarnings(context, source, (code) => shown.includes(code));
  const result = await withProgress(context, (onProgress) => repairExport(opened, target, { ...options, onProgress }));
  await printDocument(context, describeRepair(result), flags.format());
  return exit.fine;
}
