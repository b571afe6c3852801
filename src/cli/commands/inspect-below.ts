import type { OpenOptions } from '../../export/find/backtest-export.ts';
import { findExports } from '../../export/find/find-exports.ts';
import { given } from '../../given.ts';
import { describeSearch } from '../../show/results/search.ts';
import { printDocument } from '../print/print-document.ts';
import { withProgress } from '../print/with-progress.ts';
import { exit, warnTooDeep, type CommandContext } from './context.ts';
import { reportProblem } from './report-failure.ts';

/**
 * Lists the exports in the folders below one, by their names and sizes: the exit code, or undefined if there are none. A folder that cannot
 * be listed makes it 2.
 */
export async function inspectBelow(
  context: CommandContext,
  location: string,
  { jobName, s3 }: OpenOptions,
): Promise<number | undefined> {
  const { flags, signal } = context;
  const search = await withProgress(context, (onProgress) => {
    onProgress({ bytes: 0, totalBytes: 0, phase: 'searching' });
    return findExports(location, { signal, ...given({ s3, depth: flags.count('depth', 0) }) });
  });
  const folders = search.folders
    .map(({ folder, catalog }) => {
      const exports = catalog.exports.filter((found) => jobName === undefined || found.jobName === jobName);
      return { folder, catalog: { ...catalog, exports } };
    })
    .filter(({ catalog }) => catalog.exports.length > 0);
  if (folders.length === 0 && search.problems.length === 0) return undefined;
  await printDocument(context, describeSearch({ ...search, folders }), flags.format());
  const { tooDeep, problems } = search;
  await warnTooDeep(context, tooDeep);
  for (const { error } of problems) await reportProblem(error.code, error.message, context);
  return problems.length === 0 ? exit.fine : exit.unusable;
}
