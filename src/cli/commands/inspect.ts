import { chooseExport } from '../../export/find/choose-export.ts';
import type { OpenOptions } from '../../export/find/backtest-export.ts';
import type { ExportCatalog, FoundExport } from '../../export/entries/export-catalog.ts';
import { surveyExports } from '../../export/find/list-exports.ts';
import { findUploads } from '../../export/swap/leftovers.ts';
import { checkOpenOptions } from '../../export/open-export.ts';
import { given } from '../../given.ts';
import { exit, type CommandContext } from './context.ts';
import { inspectBelow } from './inspect-below.ts';
import { inspectExports } from '../../show/results/inspect-exports.ts';
import { describeInspection } from '../../show/results/inspection.ts';
import { openOptions, sourceOf } from '../arguments/open-options.ts';
import { printDocument } from '../print/print-document.ts';
import { withProgress } from '../print/with-progress.ts';
import { reportHints, reportProblem } from './report-failure.ts';

/**
 * `inspect`: everything that names, sizes and headers reveal about a folder, and formulas among its texts. Oddities are the
 * result here, so they are printed on standard output. An export that cannot be opened is listed with its error, and makes the
 * exit code 2; so does a folder whose files cannot be told apart into exports, or with nothing but files of writers: those are
 * listed first. Of a folder without an export the exports in the folders below are listed.
 */
export async function inspect(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const location = flags.argument();
  const options = openOptions(flags, signal);
  await checkOpenOptions(options);
  const scanRows = flags.text('scan-rows') === 'all' ? Infinity : (flags.count('scan-rows', 0) ?? 500_000);
  const { catalog: listed, problem } = await withProgress(context, () =>
    surveyExports(sourceOf(flags, location), given({ signal, s3: options.s3 })),
  );
  const isEmpty = listed.exports.length === 0 && problem === undefined && listed.layout !== 'single-file';
  if ((isEmpty || flags.has('depth')) && !flags.has('accuracy')) {
    const code = await inspectBelow(context, location, options);
    if (code !== undefined) return code;
  }
  const uploads = await findUploads(listed.storage.base ?? listed.storage);
  const catalog = { ...listed, hidden: [...listed.hidden, ...uploads] };
  const { wanted, failure } = problem === undefined ? chooseWanted(catalog, options) : { wanted: [], failure: problem };
  const looking = { opening: options, scanRows, signal, problem };
  const result = await withProgress(context, (onProgress) => {
    onProgress({ bytes: 0, totalBytes: 0, phase: 'inspecting' });
    return inspectExports(catalog, wanted, looking);
  });
  await printDocument(context, describeInspection(result), flags.format());
  if (failure !== undefined) throw failure;
  const broken = result.exports.flatMap(({ error }) => (error === undefined ? [] : [error]));
  for (const error of broken) await reportProblem(error.code, error.message, context);
  const warned = result.exports.flatMap(({ warnings }) => warnings.map(({ code }) => code));
  await reportHints([...broken.map(({ code }) => code), ...warned], context);
  return broken.length === 0 ? exit.fine : exit.unusable;
}

/** The exports to open; of a folder with nothing but files of writers none, and the failure to report after listing those. */
function chooseWanted(
  catalog: ExportCatalog,
  options: OpenOptions,
): { readonly wanted: readonly FoundExport[]; readonly failure?: unknown } {
  const { exports, hidden } = catalog;
  const chosen = options.jobName !== undefined || options.exportedAt !== undefined || exports.length === 0;
  if (!chosen) return { wanted: exports };
  try {
    return { wanted: [chooseExport(catalog, options)] };
  } catch (failure) {
    if (exports.length > 0 || hidden.length === 0) throw failure;
    return { wanted: [], failure };
  }
}
