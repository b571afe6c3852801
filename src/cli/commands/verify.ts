import { findingCodes, type FindingCode, type Severity } from '../../verify/base/rules.ts';
import type { VerificationReport } from '../../verify/base/report.ts';
import type { VerifyOptions } from '../../verify/base/verify-options.ts';
import { verifyExport } from '../../verify/verify-export.ts';
import { quoteText } from '../../errors.ts';
import { exit, type CommandContext } from './context.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { frequencyOption } from '../arguments/frequency-option.ts';
import { jsonDocument } from '../print/json.ts';
import { markdownSections } from '../print/markdown-sections.ts';
import { nearestName } from '../../nearest-name.ts';
import { openOptions, sourceOf } from '../arguments/open-options.ts';
import { outputFormat } from '../arguments/output-format.ts';
import { writePieces } from '../print/output.ts';
import type { ExportFiles } from '../../export/list-files.ts';
import { createProgress } from '../print/progress.ts';
import { textSections } from '../print/text-sections.ts';
import { verificationSections } from '../documents/verification-sections.ts';
import { warnOfNotes } from './warn-of-notes.ts';

/** `verify`: the findings of one export, as a table, JSON or Markdown. */
export async function verifyCommand(context: CommandContext): Promise<number> {
  const { flags } = context;
  const location = flags.argument();
  const format = outputFormat(flags);
  const options = verifyOptions(flags, context.signal);
  const result = await verifyWithProgress(sourceOf(flags, location), options, context);
  await warnOfNotes(context, result.readingNotes);
  await writePieces(context.out, piecesOf(result, format, context), context.signal);
  return result.ok ? exit.fine : exit.checkFailed;
}

function piecesOf(result: VerificationReport, format: string, context: CommandContext): Iterable<string> {
  if (format === 'json') return jsonDocument(result);
  const sections = verificationSections(result);
  return format === 'markdown' ? markdownSections(sections) : textSections(sections, context.outStyle);
}

async function verifyWithProgress(
  source: string | ExportFiles,
  options: VerifyOptions,
  context: CommandContext,
): Promise<VerificationReport> {
  const progress = createProgress(context.err, context.errStyle);
  try {
    return await verifyExport(source, {
      ...options,
      signal: context.signal,
      onProgress: (state) => progress.update(state),
    });
  } finally {
    await progress.end();
  }
}

const defaultPlaces = 10;

function verifyOptions(flags: Flags, signal: AbortSignal): VerifyOptions {
  const rules = ruleOption(flags);
  const tolerance = flags.number('tolerance');
  const history = flags.list('history');
  const historyTarget = flags.text('history-target');
  const historyColumns = historyColumnsOption(flags);
  const season = flags.count('season');
  const frequency = frequencyOption(flags);
  const threads = flags.count('threads');
  const temporaryFolder = flags.text('temporary-folder');
  return {
    open: openOptions(flags, signal),
    maxPlaces: flags.count('max-findings', 0) ?? defaultPlaces,
    ...(rules === undefined ? {} : { rules }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(history === undefined ? {} : { history }),
    ...(historyTarget === undefined ? {} : { historyTarget }),
    ...(historyColumns === undefined ? {} : { historyColumns }),
    ...(season === undefined ? {} : { season }),
    ...(frequency === undefined ? {} : { frequency }),
    ...(threads === undefined ? {} : { threads }),
    ...(temporaryFolder === undefined ? {} : { temporaryFolder }),
  };
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
