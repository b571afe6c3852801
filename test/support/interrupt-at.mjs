import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded before the command: sends the process a signal at the n-th call of a function of `node:fs`, such as `rename:1`,
 * so that a test can hit a phase of its work whatever the machine's speed. Calls before the command listens to the signal,
 * such as those that load its modules, do not count.
 */
const [name = '', count = '1', signal = 'SIGINT'] = (process.env.INTERRUPT_AT ?? '').split(':');
let calls = 0;

function wrap(owner) {
  const original = owner[name];
  if (typeof original !== 'function') return;
  owner[name] = function interrupting(...values) {
    if (process.listenerCount(signal) > 0 && ++calls === Number(count)) process.kill(process.pid, signal);
    return Reflect.apply(original, this, values);
  };
}

wrap(fs);
wrap(fs.promises);
syncBuiltinESMExports();
