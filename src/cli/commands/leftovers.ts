import { listLeftovers } from '../../export/swap/list-leftovers.ts';
import { settleFolder } from '../../export/swap/settle-folder.ts';
import { openStorage } from '../../storage/open-storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { usageError } from '../arguments/flags.ts';
import { s3Access } from '../arguments/s3-options.ts';
import { describeLeftovers } from '../documents/leftovers.ts';
import { printDocument } from '../print/print-document.ts';
import { exit, type CommandContext } from './context.ts';

const hour = 60 * 60 * 1000;

/** `leftovers`: what writers have in a folder, and have left there. */
export async function leftoversCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const location = flags.argument();
  const hours = flags.number('older-than') ?? 24;
  if (hours < 0) throw usageError(`--older-than: expected hours from 0, found ${hours}`);
  const silence = hours * hour;
  const storage = withSignal(openStorage(location, { s3: s3Access(flags) }), signal);
  // a folder that does not exist is a mistake, not a clean one
  await storage.list('');
  const before = await listLeftovers(storage, silence);
  const removes = flags.has('remove');
  if (removes) await settleFolder(storage, { silence });
  const after = removes ? await listLeftovers(storage, silence) : before;
  const left = new Set(after.leftovers.map(({ path, kind }) => `${kind} ${path}`));
  const removed = before.leftovers.filter(({ path, kind }) => !left.has(`${kind} ${path}`));
  await printDocument(context, describeLeftovers({ location, ...after, removed }, removes), flags.format());
  return removes && after.leftovers.some(({ removable }) => removable) ? exit.checkFailed : exit.fine;
}
