import { boundMessage } from '../../quote-text.ts';
import type { Flags } from '../arguments/flags.ts';
import type { CommandSpec } from '../arguments/option-spec.ts';
import type { Output, OutputStream } from '../print/output.ts';
import type { Environment, Style } from '../print/style.ts';

/** The outside world of a command, which a test can replace. */
export interface CommandIo {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Environment;
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What a command runs with. */
export interface CommandContext {
  /** The command itself, for hints. */
  readonly command: CommandSpec;
  readonly flags: Flags;
  readonly signal: AbortSignal;
  /** For results. */
  readonly out: Output;
  readonly outStyle: Style;
  /** For progress, warnings and errors. */
  readonly err: Output;
  readonly errStyle: Style;
}

/** The code of a command: returns the exit code. */
export type Command = (context: CommandContext) => Promise<number>;

/** The exit codes of every command; `hungUp` is that of an interruption because the terminal has closed. */
export const exit = { fine: 0, checkFailed: 1, unusable: 2, interrupted: 130, hungUp: 129 } as const;

/** Warns on standard error. */
export async function warn(context: CommandContext, code: string, message: string): Promise<void> {
  await context.err.write(`${context.errStyle.bold('warning')} ${code}: ${boundMessage(message)}\n`);
}
