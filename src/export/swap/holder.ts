import { BacktestExportError } from '../../errors.ts';
import { currentOwner, ownerState, type Owner } from '../../storage/owner.ts';
import type { Storage } from '../../storage/storage.ts';
import { parseOwner, type Journal } from './journal.ts';
import { readJournal, readSmall, writeTexts } from './journal-file.ts';

/** Whoever holds a swap: its owner, or who claimed it after that had died. */
export interface Holder {
  readonly owner: Owner;
  /** How many claims there are; the last one holds. */
  readonly claims: number;
  /** Whether it is still at work, or may be. */
  readonly alive: boolean;
}

/** A holder on another machine that was not seen for so long is taken for dead; in milliseconds. */
export const longestSilence: number = 10 * 60 * 1000;
/** How often a holder shows that it is at work. */
const signEvery = 60 * 1000;

/** Swaps that this thread is at. */
const active = new Set<string>();

/** Where the n-th claim to a swap lies. Only one process can write it. */
export function claimName(id: string, number: number): string {
  return `.backtest-export-claim-${id}-${number}.json`;
}

/** Where a holder shows that it is at work. */
export function signName(id: string): string {
  return `.backtest-export-sign-${id}.json`;
}

/** The swap that a claim or a sign is about. */
export function swapOfName(name: string): string | undefined {
  return /^\.backtest-export-(?:claim-([\da-f-]{36})-\d{1,9}|sign-([\da-f-]{36}))\.json$/
    .exec(name)
    ?.slice(1)
    .find(Boolean);
}

/** Finds who holds a swap. Costs opening one file more than there are claims. */
export async function findHolder(storage: Storage, journal: Journal): Promise<Holder> {
  let { owner, at: seen } = journal;
  let claims = 0;
  for (; claims < mostClaims; claims++) {
    const claim = await readSign(storage, claimName(journal.id, claims + 1));
    if (claim === undefined) break;
    ({ owner, at: seen } = claim);
  }
  const sign = await readSign(storage, signName(journal.id));
  if (sign?.owner.run === owner.run) seen = Math.max(seen, sign.at);
  return { owner, claims, alive: isAlive(owner, seen, journal.id) };
}

const mostClaims = 1000;

function isAlive(owner: Owner, seen: number, id: string): boolean {
  if (owner.run === currentOwner().run) return active.has(id);
  const silent = Math.abs(Date.now() - seen) > longestSilence;
  const state = ownerState(owner, seen);
  if (state === 'elsewhere') return !silent;
  // without a start time a number may be another process's by now; a holder at work shows itself
  return state === 'alive' && !(owner.start === '0' && silent);
}

/** The hold that this thread has on a swap; lets go of it in the end, whatever became of the swap. */
export class Hold {
  readonly id: string;
  readonly #storage: Storage;
  readonly #claims: number;
  #shown = Date.now();

  constructor(storage: Storage, id: string, claims: number) {
    this.#storage = storage;
    this.id = id;
    this.#claims = claims;
    active.add(id);
  }

  /**
   * Called before each step: shows once a minute that this holder is at work, and makes sure that it still holds: a process
   * that was stopped for long enough may have been taken for dead by another machine.
   * @throws `EXPORT_BUSY` then
   */
  async keep(): Promise<void> {
    if (Date.now() - this.#shown < signEvery) return;
    const found = await readJournal(this.#storage);
    const claim = await readSign(this.#storage, claimName(this.id, this.#claims + 1));
    if (found?.journal.id !== this.id || claim !== undefined) throw new HoldLost(this.#storage.location);
    await writeSign(this.#storage, signName(this.id), true);
    this.#shown = Date.now();
  }

  letGo(): void {
    active.delete(this.id);
  }
}

/** Somebody else has taken a swap over, who undoes or finishes it. */
export class HoldLost extends BacktestExportError {
  constructor(location: string) {
    const problem = `expected to be alone in writing to ${location}, found that another machine took over, because this process was not seen for ${longestSilence / 60_000} minutes`;
    super('EXPORT_BUSY', problem);
  }
}

/** Writes who this is, and when. @throws `FILE_EXISTS`, `WRITE_FAILED` */
export async function writeSign(storage: Storage, path: string, overwrite: boolean): Promise<void> {
  const text = JSON.stringify({ owner: currentOwner(), at: Date.now() });
  await writeTexts(storage, path, [`${text}\n`], overwrite);
}

/** Reads what {@link writeSign} wrote; what is damaged tells of nobody, long ago. */
async function readSign(storage: Storage, path: string): Promise<{ owner: Owner; at: number } | undefined> {
  const text = await readSmall(storage, path, 4096);
  if (text === undefined) return undefined;
  try {
    const sign = JSON.parse(text) as { readonly owner?: unknown; readonly at?: unknown };
    return { owner: parseOwner(sign.owner), at: typeof sign.at === 'number' ? sign.at : 0 };
  } catch {
    return { owner: { host: '-', pid: 1, start: '0', run: '-' }, at: 0 };
  }
}
