#!/usr/bin/env node
import { tooManyOpenFiles } from '../errors.ts';
import type { CommandIo } from './context.ts';

const interruption = new AbortController();
// The first Ctrl-C, or a supervisor's SIGTERM, ends the work in order; the second one is Node's own and ends the process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: interruption.signal,
});

/** Loads the command and runs it. Where not even its code can be opened, nothing but this file can say so. */
async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const { runCommand } = await import('./run-command.ts');
    return await runCommand(argv, io);
  } catch (error) {
    const known = tooManyOpenFiles('the command cannot start', error);
    if (known === undefined) throw error;
    process.stderr.write(`error ${known.code}: ${known.message}\n`);
    return 2;
  }
}
