/** Looks for a Java that is new enough: Spark and Trino need different ones. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where systems put theirs, each in a folder of its own. */
const places = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines'];

/**
 * The home of the first Java of this version or later in JAVA_HOME, on the PATH, or among those of the system; `''` where
 * it is the one on the PATH.
 * @param {number} version
 * @returns {string | undefined}
 */
export function findJava(version) {
  const given = process.env['JAVA_HOME'];
  const installed = places
    .filter((place) => existsSync(place))
    .flatMap((place) =>
      readdirSync(place).flatMap((name) => [join(place, name), join(place, name, 'Contents', 'Home')]),
    );
  return [...(given === undefined ? [] : [given]), '', ...installed].find((home) => versionOf(home) >= version);
}

/** 0 where there is none. */
function versionOf(home) {
  const { stderr } = spawnSync(javaOf(home), ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}

/** The command of the Java of such a home. */
export function javaOf(home) {
  return home === '' ? 'java' : join(home, 'bin', 'java');
}
