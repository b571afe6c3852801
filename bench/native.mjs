import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const venv = join(import.meta.dirname, '..', '.bench', 'venv');
const python = join(venv, 'bin', 'python');
const packages = ['polars', 'duckdb', 'pyarrow'];

/** The Python of {@link installNative}. */
export function nativePython() {
  return python;
}

/** Makes a virtual environment with the newest polars, DuckDB and pyarrow, or brings it up to date. Needs Python 3 and PyPI. */
export function installNative() {
  if (!existsSync(python)) {
    const base = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);
    if (base === undefined) throw new Error('`native` needs Python 3 with venv; install it, or run without `native`');
    execFileSync(base, ['-m', 'venv', venv], { stdio: 'inherit' });
  }
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--upgrade', ...packages], { stdio: 'inherit' });
}

/** `polars 2.1.0, …`: the versions that were installed. */
export function nativeVersions() {
  const code = `from importlib.metadata import version as v; print(', '.join(f'{n} {v(n)}' for n in ${JSON.stringify(packages)}))`;
  return execFileSync(python, ['-c', code], { encoding: 'utf8' }).trim();
}
