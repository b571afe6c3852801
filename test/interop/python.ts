import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';

/** Runs a script of `test/interop/python/` and answers what it tells, which is JSON. Its errors fail the test. */
export function runPython(script: string, args: readonly string[], input: unknown = null): unknown {
  const python = process.env['INTEROP_PYTHON'];
  if (python === undefined) throw new Error('run these tests by `npm run test:interop`, which installs what they need');
  const output = execFileSync(python, [join(import.meta.dirname, 'python', script), ...args], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    // Spark tells of its progress, and of nothing else that a test should show
    stdio: ['pipe', 'pipe', script.includes('spark') ? 'ignore' : 'inherit'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  return JSON.parse(output) as unknown;
}

/** The same without holding this process up: for scripts that talk to it. */
export async function talkToPython(script: string, args: readonly string[]): Promise<unknown> {
  const python = process.env['INTEROP_PYTHON'];
  if (python === undefined) throw new Error('run these tests by `npm run test:interop`, which installs what they need');
  const path = join(import.meta.dirname, 'python', script);
  const { stdout } = await promisify(execFile)(python, [path, ...args], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  return JSON.parse(stdout) as unknown;
}
