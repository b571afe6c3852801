import { compareSpec } from './arguments/compare-spec.ts';
import { convertSpec } from './arguments/convert-spec.ts';
import { generateSpec } from './arguments/generate-spec.ts';
import { headSpec } from './arguments/head-spec.ts';
import { leftoversSpec } from './arguments/leftovers-spec.ts';
import { mapSpec } from './arguments/map-spec.ts';
import { planSpec } from './arguments/plan-spec.ts';
import { reduceSpec } from './arguments/reduce-spec.ts';
import { reportSpec } from './arguments/report-spec.ts';
import { inspectSpec } from './arguments/inspect-spec.ts';
import type { CommandSpec } from './arguments/option-spec.ts';
import { repairSpec } from './arguments/repair-spec.ts';
import { serveSpec } from './arguments/serve-spec.ts';
import { sqlSpec } from './arguments/sql-spec.ts';
import { summarizeSpec } from './arguments/summarize-spec.ts';
import { verifySpec } from './arguments/verify-spec.ts';
import { viewSpec } from './arguments/view-spec.ts';
import type { Command } from './commands/context.ts';

/** A command as help and the parser know it, with the code that runs it. */
export interface RegisteredCommand extends CommandSpec {
  /** Imports the code when it runs, so that help and usage errors load none of it. */
  readonly load: () => Promise<Command>;
  /** On an interruption: abandon the work after a moment, wait until nothing is left half done, or end as intended. */
  readonly interruption: 'leave' | 'wait' | 'end';
  /** An option with which something would be left half done after all, so that it is waited for. */
  readonly waitsWith?: string;
}

/** Every command, in the order of help. */
export const commands: readonly RegisteredCommand[] = [
  { ...inspectSpec, interruption: 'leave', load: async () => (await import('./commands/inspect-and-head.ts')).inspect },
  {
    ...summarizeSpec,
    interruption: 'leave',
    waitsWith: 'engine',
    load: async () => (await import('./commands/summarize.ts')).summarizeCommand,
  },
  { ...reportSpec, interruption: 'wait', load: async () => (await import('./commands/report.ts')).reportCommand },
  { ...sqlSpec, interruption: 'leave', load: async () => (await import('./commands/sql.ts')).sqlCommand },
  { ...headSpec, interruption: 'leave', load: async () => (await import('./commands/inspect-and-head.ts')).head },
  { ...convertSpec, interruption: 'wait', load: async () => (await import('./commands/convert.ts')).convertCommand },
  {
    ...repairSpec,
    interruption: 'wait',
    load: async () => (await import('./commands/repair-and-leftovers.ts')).repairCommand,
  },
  { ...compareSpec, interruption: 'leave', load: async () => (await import('./commands/compare.ts')).compareCommand },
  { ...verifySpec, interruption: 'wait', load: async () => (await import('./commands/verify.ts')).verifyCommand },
  {
    ...leftoversSpec,
    interruption: 'wait',
    load: async () => (await import('./commands/repair-and-leftovers.ts')).leftoversCommand,
  },
  { ...planSpec, interruption: 'leave', load: async () => (await import('./commands/plan-and-reduce.ts')).planCommand },
  { ...mapSpec, interruption: 'leave', load: async () => (await import('./commands/map.ts')).mapCommand },
  {
    ...reduceSpec,
    interruption: 'leave',
    load: async () => (await import('./commands/plan-and-reduce.ts')).reduceCommand,
  },
  { ...generateSpec, interruption: 'wait', load: async () => (await import('./commands/generate.ts')).generate },
  { ...viewSpec, interruption: 'end', load: async () => (await import('./commands/view.ts')).viewCommand },
  { ...serveSpec, interruption: 'end', load: async () => (await import('./commands/serve.ts')).serveCommand },
];
