/**
 * `node kept-alive.mjs COMMAND [ARGUMENT...]`: runs a server until it ends or stdin does, which happens however the process
 * ends that has the other end of it. Nothing outlives a test that was killed.
 */
import { spawn } from 'node:child_process';

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));
process.stdin.on('end', () => child.kill('SIGKILL')).resume();
