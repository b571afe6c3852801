import { inspect } from 'node:util';
import { BacktestExportError, errorCodes, quoteText, outOfMemory, tooManyOpenFiles } from '../../errors.ts';
import { boundMessage, escapeLines } from '../../quote-text.ts';
import { tellJson, type CommandContext } from './context.ts';
import { asksForJson } from '../arguments/asks-for-json.ts';
import { hintsFor } from '../arguments/hints.ts';
import type { CommandSpec } from '../arguments/option-spec.ts';
import { nameFlags } from '../arguments/name-flags.ts';
import { createOutput, OutputClosed, type Output, type OutputStream } from '../print/output.ts';
import { styleOf } from '../print/style.ts';
import type { Environment } from '../print/terminal.ts';

/**
 * Reports on standard error what went wrong: `error CODE: message` and what can be done about it; as one JSON object where the
 * result is JSON. Any other error than
 * `BacktestExportError` is a bug; its stack is shown when `BACKTEST_EXPORT_DEBUG` is set.
 */
export async function reportFailure(
  failure: unknown,
  command: CommandSpec | undefined,
  argv: readonly string[],
  err: Output,
  env: Environment,
): Promise<void> {
  const problem = 'the command cannot continue';
  const error = tooManyOpenFiles(problem, failure) ?? outOfMemory(problem, failure) ?? failure;
  const style = styleOf(err.stream, env);
  const debug = (env['BACKTEST_EXPORT_DEBUG'] ?? '') !== '';
  const known = error instanceof BacktestExportError;
  const said = error instanceof Error ? error.message : String(error);
  const message = known && error.code === 'OPTION_INVALID' ? nameFlags(said, command) : said;
  const shown = { code: known ? error.code : 'UNEXPECTED', message: known ? message : quoteText(message, '') };
  const hints = known ? hintsFor(error.code, command, argv) : debug ? [] : [bugHint];
  const stack = debug && error instanceof Error ? [error.stack ?? '', ...causes(error)].map(escapeLines) : [];
  const lines = [
    `${style.red('error')} ${shown.code}: ${shown.message}`,
    ...hints.map((hint) => `hint: ${hint}`),
    ...stack,
  ];
  const position = known ? error.position : undefined;
  const given = { ...shown, position, hints, stack: stack.length === 0 ? undefined : stack };
  try {
    if (asksForJson(argv)) await tellJson({ err }, { error: given });
    else await err.write(`${lines.join('\n')}\n`);
  } catch (unheard) {
    // nobody can read it any more; the exit code still says it
    if (!(unheard instanceof OutputClosed || unheard instanceof BacktestExportError)) throw unheard;
  }
}

/** Reports an unhandled error, outside any command. */
export async function reportFault(error: unknown, stream: OutputStream, env: Environment): Promise<void> {
  const output = createOutput(stream);
  await reportFailure(error, undefined, [], output, env);
  output.release();
}

const bugHint = 'this is a bug; BACKTEST_EXPORT_DEBUG=1 shows where it happened';

/** One error of several, after which the command continues. */
export async function reportProblem(code: string, message: string, context: CommandContext): Promise<void> {
  if (context.flags.isJson()) return tellJson(context, { error: { code, message } });
  await context.err.write(`${context.errStyle.red('error')} ${code}: ${boundMessage(message)}\n`);
}

/** What to do about several errors and warnings, each hint once, below all of them; never an option that was given. */
export async function reportHints(codes: readonly string[], context: CommandContext): Promise<void> {
  const { command, flags } = context;
  const argv = command.options.filter(({ name }) => flags.has(name)).map(({ name }) => `--${name}`);
  const hinted = ([...errorCodes, 'COLUMN_COUNTS_ROWS'] as const).filter((code) => codes.includes(code));
  for (const hint of new Set(hinted.flatMap((code) => hintsFor(code, command, argv)))) {
    await (flags.isJson() ? tellJson(context, { hint }) : context.err.write(`hint: ${hint}\n`));
  }
}

/** What caused it, and what caused that; not for ever, where errors name each other. */
function causes(error: Error): string[] {
  const lines: string[] = [];
  let { cause } = error;
  while (cause !== undefined && lines.length < mostCauses) {
    lines.push(`caused by ${cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause)}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines;
}

const mostCauses = 10;
