/**
 * Trino, the engine that Athena is made of, for `test/interop` and `bench/sql.mjs`: downloaded by Maven (821 MB, from Maven
 * Central or the mirror of the user's settings) and unpacked into `.interop/trino-server-VERSION/`, once; of its plugins only
 * those that are used are kept. It needs a newer Java than Spark does.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findJava } from './interop-java.mjs';

/** The version that is installed, what its archive is known by, and the Java that it needs. */
const version = '476';
const sha256 = 'cfd5accde17e8ebd251eeeb78aed1f490e77bb3a164d95a0f454bf8a7c1cbd3f';
const neededJava = 24;
const plugins = ['hive'];
const isWindows = process.platform === 'win32';
/** A registry that does not answer must not take the time of all other tests. */
const downloadMinutes = 10;

const interop = join(import.meta.dirname, '..', '.interop');
const name = `trino-server-${version}`;
const home = join(interop, name);

/**
 * Installs it unless it is there. A half-finished installation leaves nothing under its name.
 * @returns {{ home: string, java: string } | { problem: string, refused: boolean }} why not, in words; `refused` where
 * everything that it takes is there but the download
 */
export function installTrino() {
  const java = findJava(neededJava);
  if (java === undefined) {
    const places = 'JAVA_HOME, on the PATH, or in /usr/lib/jvm';
    return { problem: `no Java ${neededJava} or later in ${places}`, refused: false };
  }
  if (existsSync(home)) return { home, java };
  if (spawnSync('mvn', ['--version'], { stdio: 'ignore', shell: isWindows }).status !== 0) {
    return { problem: 'no Maven (mvn) on the PATH, which downloads it', refused: false };
  }
  console.error(`test:interop: downloading Trino ${version} by Maven (once, 821 MB)`);
  const archive = join(interop, `${name}.tar.gz`);
  const unpacking = join(interop, `${name}.unpacking`);
  try {
    const problem = download(archive) ?? unpack(archive, unpacking);
    return problem === undefined ? { home, java } : { problem, refused: true };
  } finally {
    for (const left of [archive, unpacking]) rmSync(left, { recursive: true, force: true });
  }
}

/** Why it could not be downloaded; undefined when the archive is there and whole. */
function download(archive) {
  const { status, stdout, error } = spawnSync(
    'mvn',
    [
      '--batch-mode',
      '--quiet',
      'dependency:copy',
      `-Dartifact=io.trino:trino-server:${version}:tar.gz`,
      `-DoutputDirectory=${interop}`,
    ],
    { encoding: 'utf8', timeout: downloadMinutes * 60_000, shell: isWindows },
  );
  if (error?.code === 'ETIMEDOUT') return `Maven took more than ${downloadMinutes} minutes`;
  if (status !== 0 || !existsSync(archive)) {
    const told = (stdout ?? '').split('\n').find((line) => line.startsWith('[ERROR]'));
    return `Maven could not download it: ${told?.slice('[ERROR]'.length).trim() ?? error?.message ?? `ended with ${status}`}`;
  }
  const found = hashOf(archive);
  return found === sha256 ? undefined : `${name}.tar.gz has the SHA-256 ${found}, expected ${sha256}`;
}

/** The jars of one plugin are links to those of another one, so all are unpacked first. */
function unpack(archive, unpacking) {
  rmSync(unpacking, { recursive: true, force: true });
  mkdirSync(unpacking);
  const { status, stderr } = spawnSync('tar', ['-xzf', archive, '-C', unpacking], { encoding: 'utf8' });
  if (status !== 0) return `tar could not unpack it: ${(stderr ?? '').trim().split('\n')[0]}`;
  const unpacked = join(unpacking, name);
  for (const plugin of readdirSync(join(unpacked, 'plugin'))) {
    if (!plugins.includes(plugin)) rmSync(join(unpacked, 'plugin', plugin), { recursive: true });
  }
  renameSync(unpacked, home);
  return undefined;
}

function hashOf(file) {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(1 << 22);
  const opened = openSync(file);
  try {
    for (;;) {
      const length = readSync(opened, buffer);
      if (length === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, length));
    }
  } finally {
    closeSync(opened);
  }
}
