import { given } from '../../given.ts';
import type { SummarizeOptions } from '../../metrics/summarize-options.ts';
import { summarizeListed } from '../../metrics/summarize.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { frequencyOf } from '../arguments/frequency-option.ts';
import { withProgress } from '../print/progress.ts';
import { exit, type CommandContext } from './context.ts';
import { openWithWarnings } from './open-with-warnings.ts';
import { groupChoice, shownAs, showSummary } from './show-summary.ts';

/** `summarize`: the accuracy of one export, as a table, JSON, CSV or Markdown. */
export async function summarizeCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const location = flags.argument();
  const shown = shownAs(flags);
  const options = summarizeOptions(flags);
  const opened = await openWithWarnings(context, location);
  const result = await withProgress(context, (onProgress) =>
    summarizeListed(opened, { ...options, signal, onProgress }),
  );
  await showSummary(context, result, shown);
  return exit.fine;
}

function summarizeOptions(flags: Flags): SummarizeOptions {
  const { reading, worst } = groupChoice(flags);
  if (reading !== undefined && !flags.has('by')) throw usageError('--reading applies to groups: choose them with --by');
  if (worst !== undefined && !flags.has('by')) throw usageError('--worst chooses among groups: define them with --by');
  return given({
    by: flags.list('by'),
    worst,
    reading,
    point: flags.text('point'),
    threads: flags.count('threads'),
    maxGroups: flags.count('max-groups'),
    frequency: frequencyOf(flags),
    accuracyMetrics: !flags.has('no-accuracy-metrics'),
    onBadPart: flags.has('skip-bad-parts') ? 'skip' : 'stop',
  });
}
