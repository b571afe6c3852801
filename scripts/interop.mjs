/**
 * Runs `test/interop` against other programs: installs the pinned Python packages under `.interop/` (once), builds, and
 * runs vitest. Needs Python 3.11 with venv or pip; Spark's tests also need Java 17, Trino's Java 24 and Maven, those against
 * versitygw Go 1.25; all these are skipped with a message without it.
 * Of the writers in many versions those marked in `test/interop/writers.json` run, with `--writers` all of them;
 * `INTEROP_TABLES` and `INTEROP_SEED` set how many tables each writes and the first seed. Other arguments are passed on
 * to vitest.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findJava, javaOf } from './interop-java.mjs';
import { installTrino } from './interop-trino.mjs';
import { installVersitygw } from './interop-versitygw.mjs';
import { installWriters } from './interop-writers.mjs';

const root = join(import.meta.dirname, '..');
const home = join(root, '.interop');
const venv = join(home, 'venv');
const site = join(home, 'site');
const stamp = join(home, 'stamp');
const venvPython = process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python');

const python = findPython();
const java = findJava(17);
const lists = ['requirements.txt', ...(java === undefined ? [] : ['requirements-spark.txt'])];
if (!isInstalled()) install();
if (java === undefined) {
  console.error('test:interop: no Java 17 or later in JAVA_HOME or on the PATH: the tests against Spark are SKIPPED');
}
const gateway = installVersitygw();
if (gateway.problem !== undefined) {
  console.error(`test:interop: ${gateway.problem}: the tests against versitygw, an S3 server, are SKIPPED`);
}
const trino = installTrino();
if (trino.problem !== undefined) {
  console.error(`test:interop: ${trino.problem}: the tests against Trino are SKIPPED`);
}
run(process.execPath, [join('scripts', 'build.mjs'), '--if-stale']);
const leftOut = java === undefined ? ['--exclude', 'test/interop/*spark.interop.ts'] : [];
const writers = installWriters({
  list: join(root, 'test', 'interop', 'writers.json'),
  home: join(home, 'writers'),
  python: existsSync(venvPython) ? venvPython : python,
  java: java !== undefined,
  all: process.argv.includes('--writers'),
  environment: environment(),
});
for (const { name, version, problem } of writers) {
  if (problem !== undefined) console.error(`test:interop: ${name} ${version} is NOT INSTALLED: ${problem}`);
}
const vitest = join('node_modules', 'vitest', 'vitest.mjs');
run(
  process.execPath,
  [
    vitest,
    'run',
    '--config',
    'vitest.interop.config.ts',
    ...leftOut,
    ...process.argv.slice(2).filter((argument) => argument !== '--writers'),
  ],
  { ...environment(), INTEROP_WRITERS: JSON.stringify(writers) },
);

/** The command of a Python that is new enough. */
function findPython() {
  for (const command of ['python3', 'python']) {
    const code = 'import sys; sys.exit(sys.version_info < (3, 11))';
    if (spawnSync(command, ['-c', code], { stdio: 'ignore' }).status === 0) return command;
  }
  return fail('Python 3.11 or later is needed, and neither python3 nor python is one. Install it, with venv or pip.');
}

/** What the environment was made from: packages, interpreter, machine. */
function wanted() {
  const version = spawnSync(python, ['-VV'], { encoding: 'utf8' }).stdout;
  const hash = createHash('sha256').update(`${version}${process.platform}${process.arch}`);
  for (const list of lists) hash.update(readFileSync(join(root, 'test', 'interop', list)));
  return hash.digest('hex');
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();
}

/** A virtual environment; where Python comes without ensurepip, a folder of packages. The stamp is written last. */
function install() {
  for (const old of [venv, site, stamp]) rmSync(old, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  console.error('test:interop: installing the pinned Python packages under .interop/ (once)');
  const requirements = lists.flatMap((list) => ['--requirement', join('test', 'interop', list)]);
  const quietly = ['--quiet', '--no-input', '--disable-pip-version-check'];
  if (spawnSync(python, ['-m', 'venv', venv], { stdio: 'ignore' }).status === 0) {
    run(venvPython, ['-m', 'pip', 'install', ...quietly, ...requirements]);
  } else {
    rmSync(venv, { recursive: true, force: true });
    if (spawnSync(python, ['-m', 'pip', '--version'], { stdio: 'ignore' }).status !== 0) {
      fail(
        `${python} can neither make a virtual environment nor run pip. Install its venv or pip (python3-venv, python3-pip).`,
      );
    }
    run(python, ['-m', 'pip', 'install', ...quietly, '--target', site, ...requirements]);
  }
  writeFileSync(stamp, wanted());
}

function environment() {
  const own = existsSync(venvPython) ? { INTEROP_PYTHON: venvPython } : { INTEROP_PYTHON: python, PYTHONPATH: site };
  const server = gateway.program === undefined ? {} : { INTEROP_VERSITYGW: gateway.program };
  return {
    ...process.env,
    ...own,
    ...server,
    ...trinoEnvironment(),
    ...javaEnvironment(),
  };
}

/** That there is a Java for Spark, and which. */
function javaEnvironment() {
  if (java === undefined) return {};
  return { INTEROP_SPARK: 'yes', ...(java === '' ? {} : { JAVA_HOME: java }) };
}

/** Where Trino is, or that its download was refused, which one of its tests tells of. */
function trinoEnvironment() {
  if (trino.problem === undefined) return { INTEROP_TRINO: trino.home, INTEROP_TRINO_JAVA: javaOf(trino.java) };
  return trino.refused ? { INTEROP_TRINO_REFUSED: trino.problem } : {};
}

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (error !== undefined) fail(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** @returns {never} */
function fail(message) {
  console.error(`test:interop: ${message}`);
  process.exit(1);
}
