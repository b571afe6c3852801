import { currentOwner, newId, ownerState } from './owner.ts';
import type { Owner, OwnerState } from './writer-identity.ts';
import { assertStoragePath, folderPrefix, outsideFolder } from './storage-path.ts';

/**
 * A new temporary name. It begins with a dot, so that it belongs to no export, and contains its owner, so that a later
 * writer can distinguish the leftovers of a killed process from files being written:
 * `.backtest-export-p<host>-<pid>-<start>-<random>.tmp`.
 */
export function temporaryName(): string {
  const { host, pid, start } = currentOwner();
  return `.backtest-export-p${host}-${pid}-${start}-${newId()}.tmp`;
}

/** Whether a name is from {@link temporaryName}, a note beside it, or of its older form without an owner. */
export function isTemporaryName(name: string): boolean {
  return /^\.backtest-export-(?:p[\da-f]{8}-\d{1,10}-\d{1,20}-)?[\da-f-]{1,36}\.(?:tmp|note)$/.test(name);
}

/** The path of a note about a temporary file, beside it and as hidden and short-lived. */
export function noteOf(temporary: string): string {
  return temporary.replace(/\.tmp$/, '.note');
}

/** Whether a path is that of a note, whose writer has ended or is on another machine. */
export function isAbandonedNote(path: string, modified: number | undefined): boolean {
  const name = path.slice(folderPrefix(path).length);
  return name.endsWith('.note') && isTemporaryName(name) && temporaryState(name, modified) !== 'alive';
}

/** Checks a path to be renamed or removed. @throws `FILE_OUTSIDE_FOLDER` unless its name is a temporary one */
export function assertTemporary(path: string): void {
  assertStoragePath(path);
  if (!isTemporaryName(path.slice(folderPrefix(path).length))) throw outsideFolder(path);
}

/** The owner in a temporary name; undefined for other names and the older form. */
function temporaryOwner(name: string): Omit<Owner, 'run'> | undefined {
  const [, host, pid, start] =
    /^\.backtest-export-p([\da-f]{8})-(\d{1,10})-(\d{1,20})-[\da-f-]{1,36}\.(?:tmp|note)$/.exec(name) ?? [];
  if (host === undefined || pid === undefined || start === undefined) return undefined;
  return { host, pid: Number(pid), start };
}

/** Names of hidden files that this process has given up, although it goes on. */
const givenUp = new Set<string>();

/** Makes hidden files of this process, by their paths, those of an ended writer: whoever comes next may use or remove them. */
export function giveUp(paths: Iterable<string>): void {
  for (const path of paths) givenUp.add(path.slice(folderPrefix(path).length));
}

/** Takes back what {@link giveUp} gave; nothing changes for the files of other processes. */
export function takeBack(paths: Iterable<string>): void {
  for (const path of paths) givenUp.delete(path.slice(folderPrefix(path).length));
}

/** The state of a temporary file's owner; `elsewhere` if its name contains none. */
export function temporaryState(name: string, modified: number | undefined): OwnerState {
  if (givenUp.has(name)) return 'dead';
  const owner = temporaryOwner(name);
  return owner === undefined ? 'elsewhere' : ownerState(owner, modified ?? Date.now());
}
