import { chooseExport } from '../export/choose-export.ts';
import { listExports } from '../export/list-exports.ts';
import { exit, type CommandContext } from './context.ts';
import { inspectExports } from './inspect-exports.ts';
import { inspectSections } from './inspect-sections.ts';
import { jsonDocument } from './json.ts';
import { openOptions, sourceOf } from './open-options.ts';
import { writePieces } from './output.ts';
import { reportProblem } from './report-failure.ts';

/**
 * `inspect`: everything that names, sizes and headers tell about a folder, and formulas among its texts. Oddities are the result here, so they stand on
 * standard output. An export that cannot be opened is listed with its error, and makes the exit code 2.
 */
export async function inspect(context: CommandContext): Promise<number> {
  const { flags, out, outStyle } = context;
  const location = flags.argument();
  const options = openOptions(flags, context.signal);
  const scanRows = flags.text('scan-rows') === 'all' ? Infinity : (flags.count('scan-rows', 0) ?? 500_000);
  const catalog = await listExports(sourceOf(flags, location), { signal: context.signal });
  const chosen = options.jobName !== undefined || options.exportedAt !== undefined || catalog.exports.length === 0;
  const wanted = chosen ? [chooseExport(catalog, options)] : catalog.exports;
  const result = await inspectExports(catalog, wanted, { opening: options, scanRows, signal: context.signal });
  const pieces = flags.has('json') ? jsonDocument(result) : [inspectSections(result, outStyle)];
  await writePieces(out, pieces, context.signal);
  const broken = result.exports.flatMap(({ error }) => (error === undefined ? [] : [error]));
  for (const error of broken) await reportProblem(error.code, error.message, context);
  return broken.length === 0 ? exit.fine : exit.unusable;
}
