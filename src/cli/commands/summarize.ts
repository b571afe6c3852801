import { given } from '../../given.ts';
import type { SummarizeOptions } from '../../metrics/summarize-options.ts';
import { summarizeListed } from '../../metrics/summarize.ts';
import { costsOf } from '../arguments/cost-options.ts';
import { engineName } from '../arguments/engine-options.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { frequencyOf } from '../arguments/frequency-option.ts';
import { printDocument } from '../print/print-document.ts';
import { withProgress } from '../print/with-progress.ts';
import { askEngine } from './ask-engine.ts';
import { exit, type CommandContext } from './context.ts';
import { openWithWarnings } from './open-with-warnings.ts';
import { groupChoice, shownAs, showSummary } from './show-summary.ts';

/** `summarize`: the accuracy of one export, as a table, JSON, CSV or Markdown. */
export async function summarizeCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const location = flags.argument();
  const shown = shownAs(flags);
  const engine = engineName(flags);
  if (flags.has('dry-run') && shown.format === 'csv')
    throw usageError('--dry-run prints no CSV: give another --format');
  const options = summarizeOptions(flags);
  const opened = await openWithWarnings(context, location);
  const asked = engine === undefined ? undefined : await askEngine(context, engine);
  if (asked !== undefined && flags.has('dry-run')) {
    await printDocument(context, asked.planSummary(opened), shown.format);
    return exit.fine;
  }
  const result = await withProgress(context, async (onProgress) => {
    const all = { ...options, signal, onProgress };
    if (asked === undefined) return summarizeListed(opened, { ...all, onBadPart: badParts(flags) });
    try {
      return await asked.summarize(opened, all);
    } finally {
      await asked.end();
    }
  });
  await showSummary(context, result, shown);
  return exit.fine;
}

function badParts(flags: Flags): 'skip' | 'stop' {
  return flags.has('skip-bad-parts') ? 'skip' : 'stop';
}

function summarizeOptions(flags: Flags): Omit<SummarizeOptions, 'onBadPart'> {
  const { reading, worst } = groupChoice(flags);
  if (reading !== undefined && !flags.has('by')) throw usageError('--reading applies to groups: choose them with --by');
  if (worst !== undefined && !flags.has('by')) throw usageError('--worst chooses among groups: define them with --by');
  return given({
    by: flags.list('by'),
    worst,
    reading,
    point: flags.text('point'),
    costs: costsOf(flags),
    threads: flags.count('threads'),
    maxGroups: flags.count('max-groups'),
    frequency: frequencyOf(flags),
    accuracyMetrics: !flags.has('no-accuracy-metrics'),
  });
}
