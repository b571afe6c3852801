import { quoteText } from '../../errors.ts';
import { isSameExport } from '../../naming/export-identity.ts';
import { isTableName } from '../../schema/schema.ts';
import { listExports } from '../../export/find/list-exports.ts';
import { listSwapFolders } from '../../export/swap/list-swapped.ts';
import { settleFolder } from '../../export/swap/settle-folder.ts';
import { parseExportTimestamp } from '../../naming/export-timestamp.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { exit, type CommandContext } from './context.ts';
import { usageError } from '../arguments/flags.ts';
import { s3Access } from '../arguments/s3-options.ts';
import { generateOptions } from '../arguments/generate-options.ts';
import { generateExport, type GenerateOptions } from '../../testing/index.ts';
import { describeDefects, describeGenerated } from './synthetic-export.ts';
import { printDocument } from '../print/print-document.ts';
import { showCount } from '../../show/values/show-value.ts';
import { stopOnAbort } from './stop-on-abort.ts';

/** `generate`: writes a synthetic export; never over something. */
export async function generate(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const form = flags.has('json') ? 'json' : 'table';
  if (flags.has('list-defects')) {
    await printDocument(context, describeDefects(), form);
    return exit.fine;
  }
  const folder = flags.argument();
  const options = generateOptions(flags);
  const storage = stopOnAbort(openStorage(folder, { s3: s3Access(flags), side: 'destination' }), signal);
  const markers = await missingMarkers(storage, folder, options, flags.has('add'));
  const made = await generateExport(storage, { ...options, markers });
  await printDocument(context, describeGenerated(folder, made), form);
  return exit.fine;
}

const standardMarkers = ['_CHECK', '_SUCCESS'] as const;

/**
 * Makes sure that writing cannot replace anything: the folder is missing or empty, or with `--add` holds no part of the same
 * export. Returns the markers to write: those that do not exist yet.
 */
async function missingMarkers(
  storage: Storage,
  folder: string,
  options: GenerateOptions,
  add: boolean,
): Promise<('_CHECK' | '_SUCCESS')[]> {
  const wanted = [...(options.markers ?? standardMarkers)];
  await settleFolder(storage);
  const paths = [...(await listSwapFolders(storage)).keys()];
  // an empty folder for a table may be one that a killed run has made
  const isEmpty = (path: string): boolean => isTableName(path) && !paths.some((other) => other.startsWith(`${path}/`));
  const entries = paths.filter((path) => !path.includes('/') && !isEmpty(path));
  if (entries.length === 0) return wanted;
  if (!add) {
    const problem = `expected a new or empty folder, found ${showCount(entries.length, 'entry', 'entries')} in ${quoteText(folder)}`;
    throw usageError(`${problem}; --add writes beside them, and never replaces a file`);
  }
  const { exports } = await listExports(storage);
  const jobName = options.jobName ?? 'synthetic_backtest';
  const exportedAt = parseExportTimestamp(options.exportedAt ?? '2021-12-14T13-20-10Z').date;
  if (exports.some((found) => isSameExport(found, { jobName, exportedAt }))) {
    throw usageError(
      `${quoteText(folder)} already holds this export of ${jobName}: choose another --job or --exported-at`,
    );
  }
  return wanted.filter((name) => !entries.includes(name));
}
