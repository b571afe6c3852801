import { randomUUID } from 'node:crypto';
import { currentOwner, ownerState, type Owner, type OwnerState } from './owner.ts';

/**
 * A new temporary name. It begins with a dot and is therefore no part of any export, and tells whose it is, so that a later
 * writer knows what a killed process has left from what is being written:
 * `.backtest-export-p<host>-<pid>-<start>-<random>.tmp`.
 */
export function temporaryName(): string {
  const { host, pid, start } = currentOwner();
  return `.backtest-export-p${host}-${pid}-${start}-${randomUUID()}.tmp`;
}

/** Whether a name is one that {@link temporaryName} gives, or gave before names told their owner. */
export function isTemporaryName(name: string): boolean {
  return /^\.backtest-export-(?:p[\da-f]{8}-\d{1,10}-\d{1,20}-)?[\da-f-]{1,36}\.tmp$/.test(name);
}

/** What a temporary name tells of its owner; undefined for other names and for older ones. */
export function temporaryOwner(name: string): Omit<Owner, 'run'> | undefined {
  const [, host, pid, start] =
    /^\.backtest-export-p([\da-f]{8})-(\d{1,10})-(\d{1,20})-[\da-f-]{1,36}\.tmp$/.exec(name) ?? [];
  if (host === undefined || pid === undefined || start === undefined) return undefined;
  return { host, pid: Number(pid), start };
}

/** The state of a temporary file's owner; `elsewhere` where its name does not tell one. */
export function temporaryState(name: string, modified: number | undefined): OwnerState {
  const owner = temporaryOwner(name);
  return owner === undefined ? 'elsewhere' : ownerState(owner, modified ?? Date.now());
}
