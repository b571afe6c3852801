import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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
  installNodePolars();
}

const nodePackages = join(import.meta.dirname, '..', '.bench', 'node');

/**
 * nodejs-polars for the contenders that use it. Kept out of package.json: 110 MB, and its package for the platform, which
 * npm leaves out where it can't tell the C library, is named here.
 */
export function loadNodePolars() {
  return createRequire(join(nodePackages, 'package.json'))('nodejs-polars');
}

function installNodePolars() {
  mkdirSync(nodePackages, { recursive: true });
  const install = (...names) =>
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', nodePackages, ...names], {
      stdio: 'inherit',
    });
  install('nodejs-polars@latest');
  const { version, optionalDependencies } = manifest();
  const platform = `nodejs-polars-${process.platform}-${process.arch}`;
  const name = Object.keys(optionalDependencies ?? {}).find(
    (each) => each === platform || each === `${platform}-gnu` || each === `${platform}-msvc`,
  );
  install(`nodejs-polars@${version}`, `${name ?? `${platform}-gnu`}@${version}`);
}

function manifest() {
  return JSON.parse(readFileSync(join(nodePackages, 'node_modules', 'nodejs-polars', 'package.json'), 'utf8'));
}

/** `polars 2.1.0, …`: the versions that were installed. */
export function nativeVersions() {
  const code = `from importlib.metadata import version as v; print(', '.join(f'{n} {v(n)}' for n in ${JSON.stringify(packages)}))`;
  const python3 = execFileSync(python, ['-c', code], { encoding: 'utf8' }).trim();
  return `${python3}, nodejs-polars ${manifest().version}`;
}
