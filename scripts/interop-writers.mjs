/**
 * The versions of writers that `test/interop/writers.interop.ts` runs, each with what it needs in a folder of its own below
 * `.interop/writers/`; those without packages are of the environment that all tests share. What cannot be installed, as where
 * no wheel is made for this Python, is told and counted, and tried again the next time.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {{ list: string, home: string, python: string, java: boolean, all: boolean, environment: object }} options
 * `list` is the JSON of the versions; `all` of them, or those that are marked `quick`.
 * @returns {{ name: string, version: string, folder?: string, problem?: string }[]}
 */
export function installWriters({ list, home, python, java, all, environment }) {
  mkdirSync(home, { recursive: true });
  const wanted = JSON.parse(readFileSync(list, 'utf8')).filter(({ quick }) => all || quick);
  return wanted.map(({ name, version, packages }) => {
    if (name === 'pyspark' && !java) return { name, version, problem: 'no Java 17 or later' };
    if (packages.length === 0) return { name, version, folder: '' };
    const folder = join(home, `${name}-${version}`);
    const problem = install(folder, packages, python, environment);
    return problem === undefined ? { name, version, folder } : { name, version, problem };
  });
}

/** Why it could not be installed; undefined when it is there. The stamp is written last. */
function install(folder, packages, python, environment) {
  const stamp = `${folder}.stamp`;
  const wanted = packages.join(' ');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined;
  rmSync(folder, { recursive: true, force: true });
  console.error(`test:interop: installing ${packages[0]} (once)`);
  const quietly = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-compile', '--no-deps'];
  // Spark alone comes as source, which is nothing but files to be copied
  const wheels = packages[0].startsWith('pyspark') ? [] : ['--only-binary', ':all:'];
  const { status, stderr, error } = spawnSync(
    python,
    ['-m', 'pip', 'install', ...quietly, ...wheels, '--target', folder, ...packages],
    { encoding: 'utf8', env: environment },
  );
  if (status === 0) {
    writeFileSync(stamp, wanted);
    return undefined;
  }
  rmSync(folder, { recursive: true, force: true });
  const lines = (stderr ?? '').split('\n').filter((line) => line.startsWith('ERROR'));
  return lines.at(-1)?.replace('ERROR: ', '') ?? error?.message ?? 'pip failed';
}
