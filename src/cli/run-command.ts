import { readFileSync } from 'node:fs';
import { commandSpecs } from './arguments/command-specs.ts';
import { exit, type Command, type CommandContext, type CommandIo } from './commands/context.ts';
import { usageError } from './arguments/flags.ts';
import { formatCommandHelp, formatHelp } from './print/help.ts';
import { nearestName } from '../nearest-name.ts';
import type { CommandSpec } from './arguments/option-spec.ts';
import { quoteText } from '../errors.ts';
import { createOutput, OutputClosed, type Output } from './print/output.ts';
import { parseArguments } from './arguments/parse-arguments.ts';
import { reportFailure } from './commands/report-failure.ts';
import { styleOf } from './print/style.ts';

/** What each command does; imported when it runs, so that help and mistakes cost nothing. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map<string, () => Promise<Command>>([
  ['inspect', async () => (await import('./commands/inspect.ts')).inspect],
  ['summarize', async () => (await import('./commands/summarize.ts')).summarizeCommand],
  ['head', async () => (await import('./commands/head.ts')).head],
  ['convert', async () => (await import('./commands/convert.ts')).convertCommand],
  ['repair', async () => (await import('./commands/repair.ts')).repairCommand],
  ['compare', async () => (await import('./commands/compare.ts')).compareCommand],
  ['verify', async () => (await import('./commands/verify.ts')).verifyCommand],
  ['serve', async () => (await import('./commands/serve.ts')).serveCommand],
  ['generate', async () => (await import('./commands/generate.ts')).generate],
]);

/**
 * Runs one command line (without the names of Node and the program) and answers its exit code. Touches nothing of the
 * process: the streams, the environment and the signal are arguments. Never throws.
 */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const out = createOutput(io.stdout);
  const err = createOutput(io.stderr);
  const spec = commandSpecs.find((command) => command.name === argv[0]);
  try {
    const work = dispatch(spec, argv, io, out, err);
    const code = await (spec === undefined || !leavesNothing.has(spec.name) ? work : endSoon(work, io.signal));
    // what could not be left half done was finished; serve has nothing else to end it
    return io.signal.aborted && spec?.name !== 'serve' ? exit.interrupted : code;
  } catch (error) {
    if (io.signal.aborted) return exit.interrupted;
    if (error instanceof OutputClosed) return exit.fine;
    await reportFailure(error, spec, argv, err, io.env);
    return exit.unusable;
  } finally {
    out.release();
    err.release();
  }
}

/** Commands that only read and write nothing down: they may be left where they are. */
const leavesNothing: ReadonlySet<string> = new Set(['inspect', 'summarize', 'head', 'compare']);
/** Milliseconds that such a command has to end by itself. */
const patience = 600;

/** The result of the work, or the signal's reason where the work does not heed it in time. */
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
  spec: CommandSpec | undefined,
  argv: readonly string[],
  io: CommandIo,
  out: Output,
  err: Output,
): Promise<number> {
  const outStyle = styleOf(io.stdout, io.env);
  if (spec === undefined) return withoutCommand(argv, out, outStyle.width);
  const flags = parseArguments(spec, argv.slice(1));
  if (flags.has('help')) {
    await out.write(formatCommandHelp(spec, outStyle.width));
    return exit.fine;
  }
  const load = commands.get(spec.name);
  if (load === undefined) throw new Error(`the command ${spec.name} has no code`);
  const context: CommandContext = {
    flags,
    signal: io.signal,
    out,
    outStyle,
    err,
    errStyle: styleOf(io.stderr, io.env),
  };
  const run = await load();
  return run(context);
}

async function withoutCommand(argv: readonly string[], out: Output, width: number): Promise<number> {
  const [first] = argv;
  if (first === '--help' || first === '-h' || first === 'help') {
    const named = commandSpecs.find((command) => command.name === argv[1]);
    await out.write(named === undefined ? formatHelp(commandSpecs, width) : formatCommandHelp(named, width));
    return exit.fine;
  }
  if (first === '--version') {
    await out.write(`${packageVersion()}\n`);
    return exit.fine;
  }
  if (first === undefined) throw usageError('expected a command');
  if (first.startsWith('-')) throw usageError(`expected a command first, found the option ${quoteText(first)}`);
  const near = nearestName(
    first,
    commandSpecs.map((command) => command.name),
  );
  throw usageError(`unknown command ${quoteText(first)}${near === undefined ? '' : `; did you mean ${near}?`}`);
}

function packageVersion(): string {
  const description: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const known = typeof description === 'object' && description !== null && 'version' in description;
  return known ? String(description.version) : 'unknown';
}
