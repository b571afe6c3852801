import { compareSpec } from './arguments/compare-spec.ts';
import { convertSpec } from './arguments/convert-spec.ts';
import { generateSpec } from './arguments/generate-spec.ts';
import { headSpec } from './arguments/head-spec.ts';
import { inspectSpec } from './arguments/inspect-spec.ts';
import type { CommandSpec } from './arguments/option-spec.ts';
import { repairSpec } from './arguments/repair-spec.ts';
import { serveSpec } from './arguments/serve-spec.ts';
import { summarizeSpec } from './arguments/summarize-spec.ts';
import { verifySpec } from './arguments/verify-spec.ts';
import type { Command } from './commands/context.ts';

/** A command: what help and the parser know of it, and what it does. */
export interface RegisteredCommand extends CommandSpec {
  /** Imports what it does when it runs, so that help and mistakes cost nothing. */
  readonly load: () => Promise<Command>;
  /** What an interruption may do: leave it where it is, wait for what cannot be left half done, or end it as it is meant to end. */
  readonly interruption: 'leave' | 'wait' | 'end';
}

/** Every command, in the order of help. */
export const commands: readonly RegisteredCommand[] = [
  { ...inspectSpec, interruption: 'leave', load: async () => (await import('./commands/inspect.ts')).inspect },
  {
    ...summarizeSpec,
    interruption: 'leave',
    load: async () => (await import('./commands/summarize.ts')).summarizeCommand,
  },
  { ...headSpec, interruption: 'leave', load: async () => (await import('./commands/head.ts')).head },
  { ...convertSpec, interruption: 'wait', load: async () => (await import('./commands/convert.ts')).convertCommand },
  { ...repairSpec, interruption: 'wait', load: async () => (await import('./commands/repair.ts')).repairCommand },
  { ...compareSpec, interruption: 'leave', load: async () => (await import('./commands/compare.ts')).compareCommand },
  { ...verifySpec, interruption: 'wait', load: async () => (await import('./commands/verify.ts')).verifyCommand },
  { ...generateSpec, interruption: 'wait', load: async () => (await import('./commands/generate.ts')).generate },
  { ...serveSpec, interruption: 'end', load: async () => (await import('./commands/serve.ts')).serveCommand },
];
