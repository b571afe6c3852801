import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, platform, uptime } from 'node:os';
import { systemCode } from './local-path.ts';

/** Identifies a writer: one process on one machine. Plain data without secrets: the machine is identified by a hash. */
export interface Owner {
  /** Hash of the machine, its boot and the process namespace (of a container); 8 hexadecimal digits. */
  readonly host: string;
  readonly pid: number;
  /** Start time of the process in system ticks, which distinguishes a reused pid; `0` if unknown. */
  readonly start: string;
  /** Random id of this thread's copy of the library, for writers that ended while their process continues. */
  readonly run: string;
}

/** The state of an owner: running, certainly gone, or on another machine, where this one cannot check. */
export type OwnerState = 'alive' | 'dead' | 'elsewhere';

let own: Owner | undefined;

/** `node:crypto`, which takes 2 ms to load and is only needed by writers. */
export function loadCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}

/** This process. Reads three files of `/proc` once, where they exist. */
export function currentOwner(): Owner {
  own ??= {
    host: nameHost(),
    pid: process.pid,
    start: startOf(process.pid)?.start ?? '0',
    run: loadCrypto().randomUUID(),
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
