import { BacktestExportError } from '../../errors.ts';
import { currentOwner, ownerState } from '../../storage/owner.ts';
import type { Owner } from '../../storage/writer-identity.ts';
import type { Storage } from '../../storage/storage.ts';
import { parseOwner, type Journal } from './journal.ts';
import { readJournal, readSmall, writeTexts } from './journal-file.ts';

/** The holder of a swap: its owner, or the process that claimed it after the owner died. */
export interface Holder {
  readonly owner: Owner;
  /** The number of claims; the last claimant is the holder. */
  readonly claims: number;
  /** Whether it is, or may be, still running. */
  readonly alive: boolean;
}

/** Milliseconds without a sign after which a holder on another machine counts as dead. */
const longestSilence: number = 10 * 60 * 1000;
/** Milliseconds between the signs of a running holder. */
const signEvery = 60 * 1000;

/** Swaps that this thread is working on. */
const active = new Set<string>();

/** The path of the n-th claim to a swap. Only one process can write it. */
export function claimName(id: string, number: number): string {
  return `.backtest-export-claim-${id}-${number}.json`;
}

/** The path of the sign that the holder is running. */
export function signName(id: string): string {
  return `.backtest-export-sign-${id}.json`;
}

/** The swap id in the name of a claim or sign. */
export function swapOfName(name: string): string | undefined {
  return /^\.backtest-export-(?:claim-([\da-f-]{36})-\d{1,9}|sign-([\da-f-]{36}))\.json$/
    .exec(name)
    ?.slice(1)
    .find(Boolean);
}

/** Finds the holder of a swap. Costs opening two files more than there are claims. */
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
  // without a start time the pid may have been reused, but a running holder writes signs
  return state === 'alive' && !(owner.start === '0' && silent);
}

/** This thread's hold on a swap; call {@link letGo} at the end in any case. */
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
   * Call before each step. Writes a sign once a minute and checks that the hold still exists: another machine may have
   * declared a long-suspended process dead.
   * @throws `EXPORT_BUSY` if the hold is lost
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

/** Another process has taken over a swap, and undoes or finishes it. */
export class HoldLost extends BacktestExportError {
  constructor(location: string) {
    const problem = `expected to be the only writer of ${location}, but another machine took over, because this process gave no sign for ${longestSilence / 60_000} minutes`;
    super('EXPORT_BUSY', problem);
  }
}

/** Writes this process's identity and the time. @throws `FILE_EXISTS`, `WRITE_FAILED` */
export async function writeSign(storage: Storage, path: string, overwrite: boolean): Promise<void> {
  const text = JSON.stringify({ owner: currentOwner(), at: Date.now() });
  await writeTexts(storage, path, [`${text}\n`], overwrite);
}

/** Reads a file of {@link writeSign}; a damaged one counts as that of an unknown owner long ago. */
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
