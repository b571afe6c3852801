import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('parquet_read.py', import.meta.url));

/** An independent reader in a process of its own, made anew when a file ended it or it took too long. */
export class Reader {
  constructor(name, { python, env, limit }) {
    Object.assign(this, { name, python, env, limit });
  }

  read(task) {
    this.start();
    return new Promise((resolve) => {
      const finish = (answer) => {
        clearTimeout(timer);
        this.process.off('exit', ended);
        this.lines.off('line', told);
        resolve(answer);
      };
      const told = (line) => finish(JSON.parse(line));
      const ended = () => finish({ refused: 'its process ended' });
      const timer = setTimeout(() => {
        this.stop();
        finish({ refused: 'it took too long' });
      }, this.limit);
      this.lines.once('line', told);
      this.process.once('exit', ended);
      this.process.stdin.write(`${JSON.stringify(task)}\n`);
    });
  }

  start() {
    if (this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null) return;
    this.process = spawn(this.python, [script, this.name], { env: this.env, stdio: ['pipe', 'pipe', 'ignore'] });
    this.process.stdin.on('error', () => undefined);
    this.lines = createInterface({ input: this.process.stdout });
  }

  stop() {
    this.process?.kill('SIGKILL');
  }
}
