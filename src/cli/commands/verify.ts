import { given } from '../../given.ts';
import { nearestName } from '../../nearest-name.ts';
import { quoteText } from '../../quote-text.ts';
import { findingCodes, type FindingCode, type Severity } from '../../verify/base/rules.ts';
import type { VerifyOptions } from '../../verify/base/verify-options.ts';
import { verifyExport } from '../../verify/verify-export.ts';
import { engineName } from '../arguments/engine-options.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { frequencyOf } from '../arguments/frequency-option.ts';
import { openOptions, sourceOf } from '../arguments/open-options.ts';
import { describeVerification } from '../documents/verification.ts';
import { printDocument } from '../print/print-document.ts';
import { withProgress } from '../print/progress.ts';
import { askEngine } from './ask-engine.ts';
import { exit, type CommandContext } from './context.ts';
import { openWithWarnings, warnOfNotes } from './open-with-warnings.ts';

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
  await warnOfNotes(context, result.readingNotes);
  await printDocument(context, describeVerification(result), format);
  return result.ok ? exit.fine : exit.checkFailed;
}

const defaultPlaces = 10;

type OwnOption = 'history' | 'historyTarget' | 'historyColumns' | 'season' | 'threads' | 'temporaryFolder';

/** The options that only this machine has a use for. */
function ownOptions(flags: Flags): Pick<VerifyOptions, OwnOption> {
  return given({
    history: flags.list('history'),
    historyTarget: flags.text('history-target'),
    historyColumns: historyColumnsOption(flags),
    season: flags.count('season'),
    threads: flags.count('threads'),
    temporaryFolder: flags.text('temporary-folder'),
  });
}

function verifyOptions(flags: Flags, signal: AbortSignal): Omit<VerifyOptions, OwnOption> {
  return given({
    open: openOptions(flags, signal),
    maxPlaces: flags.count('max-places', 0) ?? defaultPlaces,
    rules: ruleOption(flags),
    tolerance: flags.number('tolerance'),
    frequency: frequencyOf(flags),
  });
}

/** `item=NAME,time=NAME`. */
function historyColumnsOption(flags: Flags): VerifyOptions['historyColumns'] {
  const pieces = flags.list('history-columns');
  if (pieces === undefined) return undefined;
  return Object.fromEntries(
    pieces.map((piece) => {
      const cut = piece.indexOf('=');
      if (cut > 0 && cut < piece.length - 1) return [piece.slice(0, cut), piece.slice(cut + 1)];
      throw usageError(`--history-columns: expected WHAT=NAME such as item=sku, found ${quoteText(piece)}`);
    }),
  );
}

const severities: readonly (Severity | 'off')[] = ['off', 'warn', 'error'];

/** `CODE=off,CODE=warn`. */
function ruleOption(flags: Flags): VerifyOptions['rules'] {
  const pieces = flags.list('rule');
  if (pieces === undefined) return undefined;
  const rules: Partial<Record<FindingCode, Severity | 'off'>> = {};
  for (const piece of pieces) {
    const [name = '', value] = piece.split('=');
    const severity = severities.find((each) => each === value);
    if (severity === undefined) {
      throw usageError(`--rule: expected CODE=off, CODE=warn or CODE=error, found ${quoteText(piece)}`);
    }
    const code = findingCodes.find((each) => each === name);
    if (code === undefined) throw unknownRule(name);
    rules[code] = severity;
  }
  return rules;
}

function unknownRule(name: string): Error {
  const codes = findingCodes.map((code) => code.toLowerCase());
  const near = nearestName(name, codes)?.toUpperCase();
  return usageError(`--rule: unknown rule ${quoteText(name)}${near === undefined ? '' : `; did you mean ${near}?`}`);
}
