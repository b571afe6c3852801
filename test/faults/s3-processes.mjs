// The processes of these runs: the command, and workers that do many tasks and end. They work in the current folder.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const command = join(import.meta.dirname, '../../dist/cli/main.js');

/** Runs the command against an endpoint; answers its exit code or the signal that ended it, and its errors. */
export function runCommand(args, target, endpoint, started) {
  const child = spawn(process.execPath, [command, ...args.map((arg) => (arg === 'D' ? target : arg))], {
    env: { ...process.env, AWS_ENDPOINT_URL_S3: endpoint },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  started(child);
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  return inTime(
    child,
    new Promise((resolve) => child.on('close', (code, signal) => resolve({ end: code ?? signal, errors }))),
  );
}

/** `HANGS` for what does not end within two minutes. */
async function inTime(child, ended) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(() => resolve({ end: 'HANGS', errors: '' }), 120_000)));
  const first = await Promise.race([ended, late]);
  clearTimeout(timer);
  if (first.end === 'HANGS') child.kill('SIGKILL');
  return first;
}

/** A process that does tasks and ends, so that it leaves what a dead writer leaves. */
export function startWorker() {
  const child = fork(join(import.meta.dirname, 's3-perform.mjs'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const perform = (...task) =>
    inTime(
      child,
      new Promise((resolve) => {
        child.removeAllListeners();
        child.once('message', resolve);
        child.once('exit', (code, signal) => resolve({ end: code ?? signal, errors: 'UNEXPECTED end' }));
        child.send(task, () => undefined);
      }),
    );
  const end = () => {
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    return ended;
  };
  return { perform, end };
}
