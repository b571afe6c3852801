#!/usr/bin/env node
import { outOfMemory, quoteText, tooManyOpenFiles } from '../errors.ts';
import { asksForJson } from './arguments/asks-for-json.ts';
import { exit, type CommandIo } from './commands/context.ts';

/**
 * The first Ctrl-C, a supervisor's SIGTERM, or SIGHUP from a terminal that closes ends the work in order; Node handles the
 * second one and ends the process at once.
 */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/**
 * Milliseconds until the process ends, after an interruption and else, even if something would keep it alive: a socket, or
 * the program of a profile that was to give credentials.
 */
const lastWait = { interrupted: 200, ended: 2000 };

// from Node 22.1 on the compiled code is kept, in the folder that Node chooses, and this never fails; Node 20 has no such thing
const modules: object = process.getBuiltinModule('node:module');
if ('enableCompileCache' in modules && typeof modules.enableCompileCache === 'function') modules.enableCompileCache();

const interruption = new AbortController();
let hungUp = false;
for (const signal of signals) process.on(signal, interrupt);
// an unhandled error is a bug: it must not look like a check that failed
process.on('uncaughtException', (error) => void endBadly(error));

const argv = process.argv.slice(2);
if (asksForJson(argv)) tellWarningsAsJson();
const code = await run(argv, {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  stdin: () => process.stdin,
  signal: interruption.signal,
});
process.exitCode = hungUp && code === exit.interrupted ? exit.hungUp : code;
setTimeout(() => process.exit(), interruption.signal.aborted ? lastWait.interrupted : lastWait.ended).unref();

function interrupt(signal: NodeJS.Signals): void {
  for (const each of signals) process.off(each, interrupt);
  hungUp = signal === 'SIGHUP';
  interruption.abort();
}

/** What Node and the AWS SDK warn of on their own is an object on a line, as all else on standard error. */
function tellWarningsAsJson(): void {
  const tell = (code: string, message: string): void => {
    process.stderr.write(`${JSON.stringify({ warning: { code, message } })}\n`);
  };
  console.warn = (...said: readonly unknown[]): void => tell('WARNED', said.map(String).join(' '));
  // none: Node was told not to show any
  if (process.listenerCount('warning') === 0) return;
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => tell(name, message));
}

/** Loads the command and runs it. If its code cannot even be loaded, only this file can report that. */
async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const { runCommand } = await import('./run-command.ts');
    return await runCommand(argv, io);
  } catch (error) {
    return sayFault(error);
  }
}

async function endBadly(error: unknown): Promise<void> {
  try {
    const { reportFault } = await import('./run-command.ts');
    await reportFault(error, process.stderr, process.env);
    process.exit(exit.unusable);
  } catch {
    process.exit(sayFault(error));
  }
}

function sayFault(error: unknown): number {
  const problem = 'the command cannot start';
  const known = tooManyOpenFiles(problem, error) ?? outOfMemory(problem, error);
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error ${known?.code ?? 'UNEXPECTED'}: ${known?.message ?? quoteText(message, '')}\n`);
  return exit.unusable;
}
