import { planExport, type PlanOptions } from '../../distribute/plan-export.ts';
import { given } from '../../given.ts';
import type { Flags } from '../arguments/flags.ts';
import { frequencyOf } from '../arguments/frequency-option.ts';
import { exit, type CommandContext } from './context.ts';
import { openWithWarnings } from './open-with-warnings.ts';

/** `plan`: a line of JSON for each part. */
export async function planCommand(context: CommandContext): Promise<number> {
  const { flags, signal, out } = context;
  const options = planOptions(flags);
  const opened = await openWithWarnings(context, flags.argument());
  // all of them are there before any is printed: a plan is whole or none
  const lines = await planExport(opened, { ...options, signal });
  for (const line of lines) await out.write(`${JSON.stringify(line)}\n`);
  return exit.fine;
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
