/**
 * versitygw, an S3 server with real signatures, users and policies, for `test/interop` and `test/faults`: built by Go into
 * `.interop/versitygw-VERSION/`, once. Go's own variables say where it downloads from.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The version that is installed, and the Go that it needs. */
export const versitygw = { version: '1.8.0', go: '1.25' };

const home = join(import.meta.dirname, '..', '.interop', `versitygw-${versitygw.version}`);
const program = join(home, process.platform === 'win32' ? 'versitygw.exe' : 'versitygw');

/**
 * Installs it unless it is there. A half-finished build leaves no program.
 * @returns {{ program: string, problem?: undefined } | { program?: undefined, problem: string }} why not, in words
 */
export function installVersitygw() {
  if (existsSync(program)) return { program };
  const { stdout, error } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  if (error !== undefined) return { problem: `no Go on the PATH (${versitygw.go} or later builds it)` };
  console.error(`test:interop: building versitygw ${versitygw.version} by ${stdout.trim()} (once, about two minutes)`);
  const building = `${home}.building`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  const module = `github.com/versity/versitygw/cmd/versitygw@v${versitygw.version}`;
  // outside of any module of the user's
  const env = { ...process.env, GOBIN: building, GOFLAGS: '-mod=mod', GOWORK: 'off', CGO_ENABLED: '0' };
  const built = spawnSync('go', ['install', module], { cwd: building, env, encoding: 'utf8' });
  if (built.status === 0) {
    rmSync(home, { recursive: true, force: true });
    renameSync(building, home);
    return { program };
  }
  rmSync(building, { recursive: true, force: true });
  const lines = (built.stderr ?? '').trim().split('\n');
  return { problem: lines.at(-1) || built.error?.message || 'go install failed' };
}
