#!/usr/bin/env node
import { runCommand } from './run-command.ts';

const interruption = new AbortController();
// The first Ctrl-C, or a supervisor's SIGTERM, ends the work in order; the second one is Node's own and ends the process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

process.exitCode = await runCommand(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: interruption.signal,
});
