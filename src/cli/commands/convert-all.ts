import { given } from '../../given.ts';
import { convertExports } from '../../lake/convert-exports.ts';
import type { ConvertedExports, ConvertExportsOptions, ExportOutcome } from '../../lake/conversions.ts';
import { openStorage } from '../../storage/open-storage.ts';
import { conversionOptions, formatToWrite } from '../arguments/conversion-options.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { openOptions } from '../arguments/open-options.ts';
import { s3Access } from '../arguments/s3-options.ts';
import { describeConversions, formatOutcome } from '../../show/results/conversions.ts';
import { printDocument } from '../print/print-document.ts';
import { startProgress } from '../print/with-progress.ts';
import { exit, warnTooDeep, type CommandContext } from './context.ts';
import { reportHints, reportProblem } from './report-failure.ts';

/** `convert --all`: a line for each export as soon as it is done, then the failures and the total; or one JSON document at the end. */
export async function convertAll(context: CommandContext, source: string, destination: string): Promise<number> {
  const { flags, out, err, errStyle, signal } = context;
  const options = optionsOf(flags, signal);
  const format = flags.format();
  const target = openStorage(destination, { s3: s3Access(flags, 'dest'), side: 'destination' });
  const progress = startProgress({ err, errStyle });
  let told = Promise.resolve();
  const tell = async (outcome: ExportOutcome): Promise<void> => {
    await progress.end();
    await out.write(`${formatOutcome(outcome, destination)}\n`);
  };
  const onExport = (outcome: ExportOutcome): void => {
    if (format === 'json') return;
    told = told.then(() => tell(outcome));
    told.catch(() => undefined); // awaited below
  };
  let result: ConvertedExports;
  try {
    result = await convertExports(source, target, {
      ...options,
      signal,
      onExport,
      onProgress: (state) => progress.update(state),
    });
  } finally {
    await progress.end();
  }
  await told;
  await printDocument(context, describeConversions(result), format);
  await report(context, result);
  return exitOf(result);
}

function optionsOf(flags: Flags, signal: AbortSignal): ConvertExportsOptions {
  for (const name of ['table', 'accuracy']) {
    if (flags.has(name)) throw usageError(`--${name} does not work with --all`);
  }
  const { signal: _, ...open } = openOptions(flags, signal);
  return {
    ...conversionOptions(flags),
    format: formatToWrite(flags),
    open,
    ...given({ layout: flags.text('layout'), depth: flags.count('depth', 0) }),
    skipExisting: flags.has('skip-existing'),
    dryRun: flags.has('dry-run'),
    failFast: flags.has('fail-fast'),
  };
}

/** Failures once more, together, on standard error, and what can be done about them. */
async function report(context: CommandContext, { exports, tooDeep }: ConvertedExports): Promise<void> {
  await warnTooDeep(context, tooDeep);
  for (const { error, source } of exports) {
    if (error !== null) await reportProblem(error.code, `${source}: ${error.message}`, context);
  }
  const codes = exports.flatMap(({ error }) => (error === null ? [] : [error.code]));
  await reportHints(codes, context);
}

/** Only exports that are there already are told apart from other failures. */
function exitOf({ exports }: ConvertedExports): number {
  const codes = exports.flatMap(({ error }) => (error === null ? [] : [error.code]));
  if (codes.length === 0) return exit.fine;
  return codes.every((code) => code === 'EXPORT_EXISTS') ? exit.exists : exit.unusable;
}
