import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, platform, uptime } from 'node:os';
import { systemCode } from './local-path.ts';

/** Who writes: one process on one machine. Plain data, and no secret: the machine is told by a hash. */
export interface Owner {
  /** Of the machine since it was started, and of the process space (a container's own); 8 hexadecimal digits. */
  readonly host: string;
  readonly pid: number;
  /** When the process was started, in the system's own count, so that its number used again is another; `0` if not known. */
  readonly start: string;
  /** Of this thread's copy of the library, for what ended within a process that goes on. */
  readonly run: string;
}

/** What is known of an owner: at work, gone for certain, or on another machine, where nobody here can look. */
export type OwnerState = 'alive' | 'dead' | 'elsewhere';

const run: string = randomUUID();
let own: Owner | undefined;

/** This process. Reads three files of `/proc` where there are such, once. */
export function currentOwner(): Owner {
  own ??= { host: nameHost(), pid: process.pid, start: startOf(process.pid)?.start ?? '0', run };
  return own;
}

/**
 * Looks whether an owner still runs. On Linux the start time tells a process from a later one of the same number; elsewhere
 * the number alone does, unless `since` (milliseconds since 1970, when the owner was last seen) lies before this machine's start.
 */
export function ownerState(owner: Omit<Owner, 'run'>, since: number): OwnerState {
  const { host, pid, start } = currentOwner();
  if (owner.host !== host) return 'elsewhere';
  if (owner.pid === pid && owner.start === start) return 'alive';
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's
    if (systemCode(error) !== 'EPERM') return 'dead';
  }
  const found = startOf(owner.pid);
  if (found !== undefined) return found.start === owner.start && !found.ended ? 'alive' : 'dead';
  return since < Date.now() - uptime() * 1000 - startSlack ? 'dead' : 'alive';
}

/** A machine's start is known to about a second. */
const startSlack = 5000;

function nameHost(): string {
  const facts = [platform(), hostname(), readText('/proc/sys/kernel/random/boot_id'), readLink('/proc/self/ns/pid')];
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 8);
}

/** Of `/proc/<pid>/stat`: field 22, and whether the process has ended and only waits to be noticed. */
function startOf(pid: number): { readonly start: string; readonly ended: boolean } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  // the second field is the program's name, in brackets, and may hold anything
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', start = ''] = [fields[0], fields[19]];
  return /^\d+$/.test(start) ? { start, ended: state === 'Z' || state === 'X' } : undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return ''; // no such system: the other facts must do
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
