import { reduceListed } from '../../distribute/reduce-states.ts';
import { reduceVerification } from '../../distribute/reduce-verification.ts';
import type { GivenState } from '../../distribute/read-states.ts';
import { given } from '../../given.ts';
import { costsOf } from '../arguments/cost-options.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { judgingOptions as judgingSpecs } from '../arguments/judging-options.ts';
import { s3Access } from '../arguments/s3-options.ts';
import type { ProgressState } from '../print/progress-line.ts';
import { withProgress } from '../print/with-progress.ts';
import { exit, warn, type CommandContext } from './context.ts';
import { readLines, type PlacedLine } from './read-lines.ts';
import { ownOptions, rulesOf, showReport } from './show-report.ts';
import { groupChoice, shownAs, showSummary } from './show-summary.ts';

/** `reduce`: the result of the states of all parts. */
export async function reduceCommand(context: CommandContext): Promise<number> {
  const { flags } = context;
  // what is wrong in any case is told before anything is read
  shownAs(flags);
  groupChoice(flags);
  costsOf(flags);
  rulesOf(flags);
  ownOptions(flags);
  const lines = linesOf(context);
  const first = await lines.next();
  const states = toStates(first, lines);
  return isForVerify(first) ? reduceVerify(context, states) : reduceSummarize(context, states);
}

const ofVerify = [...judgingSpecs.map(({ name }) => name), 'location', 'threads', 'temporary-folder'];

async function reduceSummarize(context: CommandContext, states: AsyncIterable<GivenState>): Promise<number> {
  const { flags, signal } = context;
  refuseIdle(flags, ofVerify, 'summarize');
  const options = { ...groupChoice(flags), ...given({ costs: costsOf(flags) }), signal };
  const result = await withProgress(context, (onProgress) => {
    onProgress(merging(0, 0));
    return reduceListed(states, {
      ...options,
      onProgress: ({ phase, states: merged, totalParts, groups, totalGroups }) =>
        onProgress(
          phase === 'reading' ? merging(merged, totalParts) : { bytes: 0, totalBytes: 0, phase, groups, totalGroups },
        ),
    });
  });
  for (const { code, message } of result.warnings) await warn(context, code, message);
  await showSummary(context, result, shownAs(flags));
  return exit.fine;
}

async function reduceVerify(context: CommandContext, states: AsyncIterable<GivenState>): Promise<number> {
  const { flags, signal } = context;
  refuseIdle(flags, ['worst', 'reading', 'under', 'over', 'guard-formulas'], 'verify');
  const { format } = shownAs(flags);
  if (format === 'csv') throw usageError('--format csv works with states for summarize only');
  const options = given({ location: flags.text('location'), s3: accessOf(flags) });
  const judging = { ...rulesOf(flags), ...ownOptions(flags), ...options, signal };
  const report = await withProgress(context, (onProgress) => {
    onProgress(merging(0, 0));
    return reduceVerification(states, { ...judging, onProgress });
  });
  return showReport(context, report, format);
}

/** States that are merged, of one for each part. */
function merging(steps: number, totalSteps: number): ProgressState {
  return { bytes: 0, totalBytes: 0, phase: 'merging', steps, totalSteps };
}

function refuseIdle(flags: Flags, names: readonly string[], purpose: string): void {
  const idle = names.find((name) => flags.has(name));
  if (idle !== undefined) throw usageError(`--${idle} does not work with states for ${purpose}`);
}

/** Whether the first state says so; where it is damaged, that is told later. */
function isForVerify({ value }: IteratorResult<PlacedLine, void>): boolean {
  if (value === undefined) return false;
  try {
    const state = JSON.parse(value.text) as { readonly head?: { readonly for?: unknown } } | null;
    return state?.head?.for === 'verify';
  } catch {
    return false;
  }
}

function linesOf(context: CommandContext): AsyncGenerator<PlacedLine, void> {
  const { flags } = context;
  return readLines(context, flags.arguments(0, Number.POSITIVE_INFINITY), given({ s3: accessOf(flags) }));
}

function accessOf(flags: Flags): ReturnType<typeof s3Access> | undefined {
  const s3 = s3Access(flags);
  return Object.keys(s3).length === 0 ? undefined : s3;
}

async function* toStates(
  { value }: IteratorResult<PlacedLine, void>,
  lines: AsyncIterable<PlacedLine>,
): AsyncGenerator<GivenState> {
  if (value !== undefined) yield { state: value.text, place: value.place };
  for await (const { text, place } of lines) yield { state: text, place };
}
