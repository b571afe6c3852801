import { planExport, type PlanOptions } from '../../distribute/plan-export.ts';
import type { PlanLine } from '../../distribute/plan-line.ts';
import { given } from '../../given.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { frequencyOf } from '../arguments/frequency-option.ts';
import { openOptions, sourceOf } from '../arguments/open-options.ts';
import { purposes } from '../arguments/plan-spec.ts';
import { placesOption } from './show-report.ts';
import { exit, type CommandContext } from './context.ts';
import { openWithWarnings } from './open-with-warnings.ts';

/** `plan`: a line of JSON for each part. */
export async function planCommand(context: CommandContext): Promise<number> {
  const { flags, out } = context;
  // all of them are there before any is printed: a plan is whole or none
  const lines = await (flags.choice('for', purposes) === 'verify' ? planVerify(context) : planSummarize(context));
  for (const line of lines) await out.write(`${JSON.stringify(line)}\n`);
  return exit.fine;
}

async function planSummarize(context: CommandContext): Promise<PlanLine[]> {
  const { flags, signal } = context;
  if (flags.has('max-places')) throw usageError('--max-places works with --for verify only');
  const options = planOptions(flags);
  return planExport(await openWithWarnings(context, flags.argument()), { ...options, signal });
}

const ofSummaries = ['by', 'point', 'max-groups', 'no-accuracy-metrics', 'skip-bad-parts', 'repeated-headers'] as const;

async function planVerify({ flags, signal }: CommandContext): Promise<PlanLine[]> {
  const idle = ofSummaries.find((name) => flags.has(name));
  if (idle !== undefined) throw usageError(`--${idle} does not work with --for verify`);
  const options = { open: openOptions(flags, signal), maxPlaces: placesOption(flags) };
  const source = sourceOf(flags, flags.argument());
  return planExport(source, { for: 'verify', ...options, ...given({ frequency: frequencyOf(flags) }), signal });
}

function planOptions(flags: Flags): PlanOptions {
  return given({
    by: flags.list('by'),
    point: flags.text('point'),
    maxGroups: flags.count('max-groups'),
    frequency: frequencyOf(flags),
    accuracyMetrics: !flags.has('no-accuracy-metrics'),
    onBadPart: flags.has('skip-bad-parts') ? 'skip' : 'stop',
  });
}
