import { given } from '../../given.ts';
import type { VerifyOptions } from '../../verify/base/verify-options.ts';
import { verifyExport } from '../../verify/verify-export.ts';
import { engineName } from '../arguments/engine-options.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { frequencyOf } from '../arguments/frequency-option.ts';
import { openOptions, sourceOf } from '../arguments/open-options.ts';
import { printDocument } from '../print/print-document.ts';
import { withProgress } from '../print/with-progress.ts';
import { askEngine } from './ask-engine.ts';
import { exit, type CommandContext } from './context.ts';
import { openWithWarnings } from './open-with-warnings.ts';
import { ownOptions, placesOption, rulesOf, showReport, type OwnOption } from './show-report.ts';

/** `verify`: the findings of one export, as a table, JSON or Markdown. */
export async function verifyCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const location = flags.argument();
  const format = flags.format();
  const engine = engineName(flags);
  if (engine !== undefined && engine !== 'duckdb' && flags.has('threads')) {
    throw usageError(`--threads and --engine ${engine} exclude each other`);
  }
  const options = verifyOptions(flags, signal);
  const asked = engine === undefined ? undefined : await askEngine(context, engine);
  if (asked !== undefined && flags.has('dry-run')) {
    await printDocument(context, asked.planVerification(await openWithWarnings(context, location)), format);
    return exit.fine;
  }
  const result = await withProgress(context, async (onProgress) => {
    const [source, all] = [sourceOf(flags, location), { ...options, signal, onProgress }];
    if (asked === undefined) return verifyExport(source, { ...all, ...ownOptions(flags) });
    try {
      return await asked.verify(source, all);
    } finally {
      await asked.end();
    }
  });
  return showReport(context, result, format);
}

function verifyOptions(flags: Flags, signal: AbortSignal): Omit<VerifyOptions, OwnOption> {
  return given({
    open: openOptions(flags, signal),
    maxPlaces: placesOption(flags),
    ...rulesOf(flags),
    frequency: frequencyOf(flags),
  });
}
