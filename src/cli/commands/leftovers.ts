import { findLeftovers, removeFound } from '../../export/find/find-leftovers.ts';
import { openStorage } from '../../storage/open-storage.ts';
import { usageError } from '../arguments/flags.ts';
import { s3Access } from '../arguments/s3-options.ts';
import { describeLeftovers } from '../documents/leftovers.ts';
import { printDocument } from '../print/print-document.ts';
import { exit, warnTooDeep, type CommandContext } from './context.ts';

const hour = 60 * 60 * 1000;

/** `leftovers`: what writers have in a folder and below it, and have left there. */
export async function leftoversCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const location = flags.argument();
  const hours = flags.number('older-than') ?? 24;
  if (hours < 0) throw usageError(`--older-than: expected hours from 0, found ${hours}`);
  const search = { silence: hours * hour, depth: flags.count('depth', 0) ?? 8, signal };
  const storage = openStorage(location, { s3: s3Access(flags) });
  // a folder that does not exist is a mistake, not a clean one
  const before = await findLeftovers(storage, search);
  const removes = flags.has('remove');
  if (removes) await removeFound(storage, before.leftovers, search);
  const { tooDeep, ...after } = removes && before.leftovers.length > 0 ? await findLeftovers(storage, search) : before;
  const left = new Set(after.leftovers.map(({ path, kind }) => `${kind} ${path}`));
  const removed = before.leftovers.filter(({ path, kind }) => !left.has(`${kind} ${path}`));
  await printDocument(context, describeLeftovers({ location, ...after, removed }, removes), flags.format());
  await warnTooDeep(context, tooDeep);
  return removes && after.leftovers.some(({ removable }) => removable) ? exit.checkFailed : exit.fine;
}
