import { BacktestExportError, createUrlStorage, type ErrorCode, type Storage } from 'backtest-export/browser';

/** What `backtest-export view` tells of its folder. */
interface ServedList {
  readonly location: string;
  readonly files: readonly string[];
  readonly others: readonly string[];
  readonly problems: readonly { readonly folder: string; readonly message: string }[];
  readonly error?: { readonly code: ErrorCode; readonly message: string };
}

/** The folder that the page is served with. */
export interface ServedFolder extends Pick<ServedList, 'location' | 'others' | 'problems'> {
  readonly storage: Storage;
  /** The same value, in whose texts the folder has the name that the user gave it, and not an address with a secret. */
  readonly rename: <Value>(value: Value) => Value;
}

/** Milliseconds in which the folder must be searched. */
const longestSearch = 120_000;

/** The exports of the folder that the page is served with, read by ranges from where the page is from. @throws `READ_FAILED` */
export async function openServed(url: string, signal: AbortSignal): Promise<ServedFolder> {
  const { location, files, others, problems, error } = await fetchList(url, signal);
  if (error !== undefined) throw new BacktestExportError(error.code, error.message);
  const storage = createUrlStorage({ base: new URL('files', url), files });
  const rename = <Value>(value: Value): Value => renameIn(value, storage.location, location) as Value;
  return { storage, location, others, problems, rename };
}

function renameIn(value: unknown, from: string, to: string): unknown {
  if (typeof value === 'string') return value.replaceAll(from, to);
  if (Array.isArray(value)) return value.map((each: unknown) => renameIn(each, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, renameIn(member, from, to)]));
}

async function fetchList(url: string, signal: AbortSignal): Promise<ServedList> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(longestSearch)]) });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return (await response.json()) as ServedList;
  } catch (cause) {
    signal.throwIfAborted();
    const found = cause instanceof Error ? cause.message : String(cause);
    const problem = `the list of exports cannot be had: ${found}; is backtest-export view still running?`;
    throw new BacktestExportError('READ_FAILED', problem, { cause });
  }
}
