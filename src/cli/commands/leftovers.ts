import { listLeftovers, removeLeftovers } from '../../export/find/list-leftovers.ts';
import { given } from '../../given.ts';
import { s3Access } from '../arguments/s3-options.ts';
import { describeLeftovers } from '../../show/results/leftovers.ts';
import { printDocument } from '../print/print-document.ts';
import { exit, warnTooDeep, type CommandContext } from './context.ts';

/** `leftovers`: what writers have in a folder and below it, and have left there. */
export async function leftoversCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const location = flags.argument();
  const [olderThan, depth] = [flags.number('older-than'), flags.count('depth', 0)];
  const options = { ...given({ olderThan, depth, s3: s3Access(flags) }), signal };
  const removes = flags.has('remove');
  const { tooDeep, ...found } = removes
    ? await removeLeftovers(location, options)
    : { ...(await listLeftovers(location, options)), removed: [] };
  await printDocument(context, describeLeftovers(found, removes), flags.format());
  await warnTooDeep(context, tooDeep);
  return removes && found.leftovers.some(({ removable }) => removable) ? exit.checkFailed : exit.fine;
}
