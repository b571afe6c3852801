import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What a program left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The Python of these tests. */
export function interopPython(): string {
  const python = process.env['INTEROP_PYTHON'];
  if (python === undefined) throw new Error('run these tests by `npm run test:interop`, which installs what they need');
  return python;
}

/** An empty folder that goes away with the test. */
export function recipeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backtest-export-recipe-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The environment in which recipes run: `backtest-export` and `aws` are on the PATH, as a user who installed both has them. */
export function recipeEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const folder = recipeFolder();
  const commands = {
    'backtest-export': `exec '${process.execPath}' '${join(root, 'dist/cli/main.js')}' "$@"`,
    aws: `exec '${interopPython()}' -m awscli "$@"`,
  };
  for (const [name, text] of Object.entries(commands)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  return { ...process.env, PATH: `${folder}:${process.env['PATH']}`, PYTHONDONTWRITEBYTECODE: '1', ...more };
}

/** Runs a program to its end, at most two minutes. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const limits = { timeout: 120_000, maxBuffer: 1 << 28 };
    execFile(program, args, { ...limits, ...options, encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}
