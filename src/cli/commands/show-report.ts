import { given } from '../../given.ts';
import { nearestName } from '../../nearest-name.ts';
import { quoteText } from '../../quote-text.ts';
import type { VerificationReport } from '../../verify/base/report.ts';
import { findingCodes, type FindingCode, type Severity } from '../../verify/base/rules.ts';
import type { VerifyOptions } from '../../verify/base/verify-options.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { describeVerification } from '../../show/results/verification.ts';
import { printDocument } from '../print/print-document.ts';
import { exit, type CommandContext } from './context.ts';
import { warnOfNotes } from './open-with-warnings.ts';

/** Prints a report, with its warnings on standard error; returns the exit code. */
export async function showReport(context: CommandContext, report: VerificationReport, format: string): Promise<number> {
  await warnOfNotes(context, report.readingNotes);
  await printDocument(context, describeVerification(report), format);
  return report.ok ? exit.fine : exit.checkFailed;
}

/** `--max-places`. */
export function placesOption(flags: Flags): number {
  return flags.count('max-places', 0) ?? 10;
}

/** The names of {@link ownOptions}. */
export type OwnOption = 'history' | 'historyTarget' | 'historyColumns' | 'season' | 'threads' | 'temporaryFolder';

/** The options that only this machine has a use for. */
export function ownOptions(flags: Flags): Pick<VerifyOptions, OwnOption> {
  return given({
    history: flags.list('history'),
    historyTarget: flags.text('history-target'),
    historyColumns: historyColumnsOption(flags),
    season: flags.count('season'),
    threads: flags.count('threads'),
    temporaryFolder: flags.text('temporary-folder'),
  });
}

/** By which rules findings are judged. */
export function rulesOf(flags: Flags): Pick<VerifyOptions, 'rules' | 'tolerance'> {
  return given({ rules: ruleOption(flags), tolerance: flags.number('tolerance') });
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
