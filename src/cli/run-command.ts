import { usageError } from './arguments/flags.ts';
import { parseArguments } from './arguments/parse-arguments.ts';
import { commands, type RegisteredCommand } from './command-table.ts';
import { exit, exitCodeOf, type CommandIo } from './commands/context.ts';
import { reportFailure } from './commands/report-failure.ts';
import { given } from '../given.ts';
import { nearestName } from '../nearest-name.ts';
import { quoteText } from '../quote-text.ts';
import { version } from '../version.ts';
import { formatCommandHelp, formatHelp } from './print/help.ts';
import { createOutput, OutputClosed, type Output } from './print/output.ts';
import { progressModes, styleOf } from './print/style.ts';

export { reportFault } from './commands/report-failure.ts';

/**
 * Runs one command line (without the names of Node and the program) and returns its exit code. Touches nothing of the
 * process: the streams, the environment and the signal are arguments. Never throws.
 */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const out = createOutput(io.stdout);
  const err = createOutput(io.stderr, { aside: true });
  const command = commands.find(({ name }) => name === argv[0]);
  try {
    const work = dispatch(command, argv, io, out, err);
    const code = await (isLeft(command, argv) ? endSoon(work, io.signal) : work);
    // what could not be left half done was finished
    return io.signal.aborted && command?.interruption !== 'end' ? exit.interrupted : code;
  } catch (error) {
    if (io.signal.aborted) return exit.interrupted;
    if (error instanceof OutputClosed) return exit.fine;
    await reportFailure(error, command, argv, err, io.env);
    return exitCodeOf(error);
  } finally {
    out.release();
    err.release();
  }
}

/** Whether the command may be left where it is. */
function isLeft(command: RegisteredCommand | undefined, argv: readonly string[]): boolean {
  if (command?.interruption !== 'leave') return false;
  const flag = `--${command.waitsWith ?? ''}`;
  return command.waitsWith === undefined || !argv.some((each) => each === flag || each.startsWith(`${flag}=`));
}

/** Milliseconds that a command which may be left where it is has to end by itself. */
const patience = 600;

/** The result of the work, or the signal's reason where the work does not end in time. */
async function endSoon<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let listen = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    listen = (): void => {
      timer = setTimeout(() => reject(signal.reason as Error), patience);
    };
    signal.addEventListener('abort', listen, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', listen);
    work.catch(() => undefined);
  }
}

async function dispatch(
  command: RegisteredCommand | undefined,
  argv: readonly string[],
  io: CommandIo,
  out: Output,
  err: Output,
): Promise<number> {
  const outStyle = styleOf(io.stdout, io.env);
  if (command === undefined) return withoutCommand(argv, out, outStyle.width);
  const flags = parseArguments(command, argv.slice(1));
  if (flags.has('help')) {
    return writeHelp(out, outStyle.width, command);
  }
  const run = await command.load();
  const errStyle = { ...styleOf(io.stderr, io.env), ...given({ progress: flags.choice('progress', progressModes) }) };
  return run({ command, flags, argv, env: io.env, signal: io.signal, stdin: io.stdin, out, outStyle, err, errStyle });
}

async function withoutCommand(argv: readonly string[], out: Output, width: number): Promise<number> {
  const [first] = argv;
  if (first === '--help' || first === '-h' || first === 'help') {
    return writeHelp(
      out,
      width,
      commands.find(({ name }) => name === argv[1]),
    );
  }
  if (first === '--version') {
    await out.write(`${version}\n`);
    return exit.fine;
  }
  if (first === undefined) throw usageError('expected a command');
  if (first.startsWith('-')) throw usageError(`expected a command first, found the option ${quoteText(first)}`);
  const near = nearestName(
    first,
    commands.map(({ name }) => name),
  );
  throw usageError(`unknown command ${quoteText(first)}${near === undefined ? '' : `; did you mean ${near}?`}`);
}

/** The help of one command, or of the program. */
async function writeHelp(out: Output, width: number, command: RegisteredCommand | undefined): Promise<number> {
  await out.write(command === undefined ? formatHelp(commands, width) : formatCommandHelp(command, width));
  return exit.fine;
}
