import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, platform, uptime } from 'node:os';
import { loadCrypto } from './load-crypto.ts';
import type { Owner, OwnerState } from './writer-identity.ts';
import { systemCode } from './system-error.ts';

let own: Owner | undefined;

/** A random id, for names that nobody else has. */
export function newId(): string {
  return loadCrypto().randomUUID();
}

/** This process. Reads three files of `/proc` once, where they exist. */
export function currentOwner(): Owner {
  own ??= {
    host: nameHost(),
    pid: process.pid,
    start: startOf(process.pid)?.start ?? '0',
    run: newId(),
  };
  return own;
}

/**
 * Checks whether an owner is still running. On Linux the start time detects a reused pid; elsewhere only the pid
 * counts, unless `since` (milliseconds since 1970, when the owner was last seen) is before this machine booted.
 */
export function ownerState(owner: Omit<Owner, 'run'>, since: number): OwnerState {
  const { host, pid, start } = currentOwner();
  if (owner.host !== host) return 'elsewhere';
  if (owner.pid === pid && owner.start === start) return 'alive';
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it exists, but belongs to another user
    if (systemCode(error) !== 'EPERM') return 'dead';
  }
  const found = startOf(owner.pid);
  if (found !== undefined) return found.start === owner.start && !found.ended ? 'alive' : 'dead';
  return since < Date.now() - uptime() * 1000 - startSlack ? 'dead' : 'alive';
}

/** The boot time is accurate to about a second. */
const startSlack = 5000;

function nameHost(): string {
  const facts = [platform(), hostname(), readText('/proc/sys/kernel/random/boot_id'), readLink('/proc/self/ns/pid')];
  return loadCrypto().createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 8);
}

/** From `/proc/<pid>/stat`: field 22, and whether the process is a zombie or dead. */
function startOf(pid: number): { readonly start: string; readonly ended: boolean } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  // the second field is the program's name in parentheses and may contain anything
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', start = ''] = [fields[0], fields[19]];
  return /^\d+$/.test(start) ? { start, ended: state === 'Z' || state === 'X' } : undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return ''; // not available here: the other facts must suffice
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
