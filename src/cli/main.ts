#!/usr/bin/env node
import { runCommand } from './run-command.ts';

const interruption = new AbortController();
// The first Ctrl-C ends the work in order; the second one is Node's own and ends the process.
process.once('SIGINT', () => interruption.abort());

process.exitCode = await runCommand(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: interruption.signal,
});
