import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Starts a script of `python/` that runs SQL, and makes an engine of it: all that it takes to add one. Statements run one after
 * another. The script ends with this process, however that ends.
 * @param {import('./python-engine.mjs').PythonEngineOptions} options
 */
export async function startPythonEngine({ python, script, dialect, title, home, args = [] }) {
  const path = join(import.meta.dirname, 'python', script);
  const child = spawn(python, [path, ...args], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
  let told = '';
  child.stderr.on('data', (text) => (told = (told + text.toString()).slice(-4000)));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const readAnswer = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${title} has ended: ${told}`);
    return JSON.parse(value);
  };
  const { version } = await readAnswer();
  let last = Promise.resolve();
  const ask = async (sql, before) => {
    await before;
    child.stdin.write(`${JSON.stringify({ sql })}\n`);
    return readAnswer();
  };
  return {
    name: `${title} ${version}`,
    dialect,
    ...(home === undefined ? {} : { home }),
    async *query(sql, { signal } = {}) {
      signal?.throwIfAborted();
      const asked = ask(sql, last);
      last = asked.catch(() => undefined);
      const { rows, error } = await asked;
      if (error !== undefined) throw new Error(error);
      yield* rows;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
