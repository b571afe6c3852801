import { BacktestExportError } from '../../errors.ts';
import { boundMessage } from '../../quote-text.ts';
import type { Flags } from '../arguments/flags.ts';
import type { CommandSpec } from '../arguments/option-spec.ts';
import type { Output, OutputStream } from '../print/output.ts';
import type { Style } from '../print/style.ts';
import type { Environment } from '../print/terminal.ts';

/** The outside world of a command, which a test can replace. */
export interface CommandIo {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Environment;
  /** Standard input, opened when a command reads it. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What a command runs with. */
export interface CommandContext {
  /** The command itself, for hints. */
  readonly command: CommandSpec;
  readonly flags: Flags;
  /** All arguments as they were given, the command's name first. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly stdin: CommandIo['stdin'];
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
export const exit = { fine: 0, checkFailed: 1, unusable: 2, exists: 3, interrupted: 130, hungUp: 129 } as const;

/** The exit code of a command that failed: whether only something that exists was in its way. */
export function exitCodeOf(error: unknown): number {
  const isThere =
    error instanceof BacktestExportError && (error.code === 'EXPORT_EXISTS' || error.code === 'FILE_EXISTS');
  return isThere ? exit.exists : exit.unusable;
}

/** Warns on standard error; in JSON where the result is. */
export async function warn(context: CommandContext, code: string, message: string): Promise<void> {
  if (context.flags.isJson()) return tellJson(context, { warning: { code, message } });
  await context.err.write(`${context.errStyle.bold('warning')} ${code}: ${boundMessage(message)}\n`);
}

/** Warns that folders were too deep for a search; says nothing if there are none. */
export async function warnTooDeep(context: CommandContext, tooDeep: readonly string[]): Promise<void> {
  if (tooDeep.length === 0) return;
  const folders = tooDeep.length === 1 ? 'folder is' : 'folders are';
  await warn(
    context,
    'FOLDERS_TOO_DEEP',
    `${tooDeep.length} ${folders} too deep to be searched; --depth N goes deeper`,
  );
}

/** Writes an object on a line of standard error, for a command whose result is JSON. */
export async function tellJson({ err }: Pick<CommandContext, 'err'>, value: unknown): Promise<void> {
  const { jsonLine } = await import('../../show/values/json.ts');
  await err.write(jsonLine(value));
}
