import { isSameExport } from '../naming/export-identity.ts';
import { formatRecordName } from '../naming/record-name.ts';
import { partsOf, type FoundExport } from '../export/entries/export-catalog.ts';
import { listExports } from '../export/find/list-exports.ts';
import { listSwapFolders } from '../export/swap/list-swapped.ts';
import type { ConvertOptions } from '../convert/conversion.ts';
import { readLatest } from '../storage/read-latest.ts';
import { ifThere } from '../storage/storage-path.ts';
import type { Storage, StorageEntry } from '../storage/storage.ts';
import { withSignal } from '../storage/with-signal.ts';
import { findSourceChange, nameOptions, parseRecord, type ConversionRecord } from './conversion-record.ts';

/** What the destination has of an export. */
export type Existing =
  | { readonly state: 'none' }
  /** The result of the same files and options, as it was published; hidden files may lie beside it. */
  | { readonly state: 'proven'; readonly hidden: boolean }
  /** Anything else, and why it does not count as that. */
  | { readonly state: 'other'; readonly reason: string };

/** Bytes of a record at most; a larger one is as good as none. */
const mostRecordBytes = 256 * 1024 * 1024;

/**
 * Looks at what is at the destination of an export: none, the proven result of the same source and options by the record
 * beside it, or another one. Costs a listing of the folder and, with a record, another one and one small read; reads no part.
 * @throws as `listExports`
 */
export async function judgeExisting(
  found: FoundExport,
  destination: Storage,
  options: ConvertOptions,
): Promise<Existing> {
  const { signal } = options;
  const catalog = await ifThere(listExports(destination, signal === undefined ? {} : { signal }));
  const existing = catalog?.exports.find((each) => isSameExport(each, found));
  const { jobName, exportedAt } = found;
  if (catalog === undefined || existing === undefined || jobName === undefined || exportedAt === undefined) {
    return { state: 'none' };
  }
  const storage = withSignal(catalog.storage, signal);
  const name = formatRecordName(jobName, exportedAt);
  const read = catalog.ignored.includes(name) ? await readLatest(storage, name, mostRecordBytes) : undefined;
  const record = read?.bytes === undefined ? undefined : parseRecord(new TextDecoder().decode(read.bytes));
  if (record === undefined)
    return { state: 'other', reason: 'it is there without a record of what it was converted from' };
  const entries = await listSwapFolders(storage);
  const reason =
    findSourceChange(record, found) ??
    (record.options === nameOptions(options) ? undefined : 'it was converted with other options') ??
    findDestinationChange(record, existing, entries, { name, slack: storage.movesByCopy === true ? copySlack : 0 });
  return reason === undefined ? { state: 'proven', hidden: catalog.hidden.length > 0 } : { state: 'other', reason };
}

/** Milliseconds by which the copy of a part may be younger than that of its record, which is made after it. */
const copySlack = 1000;

function findDestinationChange(
  record: ConversionRecord,
  existing: FoundExport,
  entries: ReadonlyMap<string, StorageEntry>,
  { name, slack }: { readonly name: string; readonly slack: number },
): string | undefined {
  const sizes = new Map(partsOf(existing).map(({ path, size }) => [path, size]));
  const recorded = new Map(record.files.map(([path, size]) => [path, size]));
  const written = entries.get(name)?.modified;
  for (const [path, size] of sizes) {
    if (recorded.get(path) !== size) return `${path} is not the file that was written there`;
    const modified = entries.get(path)?.modified;
    if (written !== undefined && modified !== undefined && modified > written + slack) {
      return `${path} was changed after it was written`;
    }
  }
  const gone = [...recorded.keys()].find((path) => !sizes.has(path));
  if (gone !== undefined) return `${gone} is gone`;
  return record.complete && !existing.complete ? 'its _SUCCESS is gone' : undefined;
}
