import { BacktestExportError } from '../../errors.ts';
import { exportKey } from '../../naming/export-identity.ts';
import { parseRecordName } from '../../naming/record-name.ts';
import { quoteText } from '../../quote-text.ts';
import { fileExists, folderPrefix, notRegular } from '../../storage/storage-path.ts';
import type { PreparedFile, StorageEntry } from '../../storage/storage.ts';
import { checkMarker, classifyEntry, successMarker, tryPartName } from '../entries/classify-entry.ts';
import { describeExport } from '../entries/describe.ts';
import { isTableName, tableNames } from '../../schema/schema.ts';
import { groupParts } from '../entries/group-parts.ts';
import { canBeSwapped, type SwapPlan } from './journal.ts';

/** Files to be published together. */
export interface SwapRequest {
  /** The location, for messages. */
  readonly location: string;
  /** Parts and markers, all prepared. */
  readonly files: readonly PreparedFile[];
  /** Whether to replace the export of the same job and time, and files of the same names. */
  readonly overwrite: boolean;
}

/**
 * Decides which existing files are replaced: with `overwrite`, all parts in either format of the exports (jobs and
 * times) in the new names with the records of their conversions, and files of the same names. An existing `_CHECK` stays. `_SUCCESS` is set aside in any case;
 * it is restored at the end if nothing is replaced and no new one is written. One pass over the entries.
 * @throws `EXPORT_EXISTS`, `FILE_EXISTS`, `FILE_NOT_REGULAR`
 */
export function planSwap(entries: ReadonlyMap<string, StorageEntry>, request: SwapRequest): SwapPlan {
  const { files, overwrite } = request;
  const added = files.filter(({ path }) => path !== checkMarker || !entries.has(path));
  const parts = findReplacedParts(entries, request);
  const replaced = new Map(parts.map((entry) => [entry.path, entry]));
  const isSuccessAdded = added.some(({ path }) => path === successMarker);
  for (const { path } of added) {
    const entry = entries.get(path);
    if (!canBeSwapped(path)) throw new TypeError(`a swap cannot name ${path}`);
    if (entry === undefined || replaced.has(path)) continue;
    if (entry.kind !== 'file') throw notRegular(path, entry.kind === 'folder' ? 'a folder' : 'something else');
    if (!overwrite && !isMarker(path)) throw fileExists(path);
    replaced.set(path, entry);
  }
  const kept = !isSuccessAdded && replaced.size === 0;
  const markers = ['', ...tableNames.map((table) => `${table}/`)]
    .flatMap((folder) => entries.get(folder + successMarker) ?? [])
    .filter(({ kind, path }) => kind === 'file' && !replaced.has(path))
    .map(({ path, size }) => ({ path, size, kept }));
  const others = [...replaced.values()].map(({ path, size }) => ({ path, size, kept: false }));
  return {
    added: added
      .map(({ path, temporary, size }) => ({ path, temporary, size }))
      .sort((left, right) => rankOf(left.path) - rankOf(right.path)),
    replaced: [...markers, ...others].sort((left, right) => rankOf(right.path) - rankOf(left.path)),
  };
}

/** Existing parts of the exports that the new files belong to, and the records of their conversions. */
function findReplacedParts(
  entries: ReadonlyMap<string, StorageEntry>,
  { files, overwrite, location }: SwapRequest,
): StorageEntry[] {
  const wanted = new Set(files.flatMap(({ path }) => exportOf(path) ?? []));
  if (wanted.size === 0) return [];
  const found = [...entries.values()].filter(({ kind, path }) => kind === 'file' && wanted.has(exportOf(path) ?? ''));
  if (overwrite || found.every(({ path }) => rankOf(path) === recordRank)) return found;
  const parts = found.flatMap((entry) => {
    const folder = folderPrefix(entry.path).slice(0, -1);
    const entryClass = classifyEntry(entry, { path: folder, table: isTableName(folder) ? folder : undefined });
    return entryClass.kind === 'part' ? [entryClass.part] : [];
  });
  const [other] = groupParts(parts, { layout: 'export-folder', markers: [] });
  const what = other === undefined ? 'it' : describeExport(other);
  const problem = `expected a folder without this export, found ${what} in ${quoteText(location)}`;
  throw new BacktestExportError('EXPORT_EXISTS', problem);
}

/** Job and second in the name of a part or of the record of a conversion; undefined for other names. */
function exportOf(path: string): string | undefined {
  const name = path.slice(folderPrefix(path).length);
  const record = parseRecordName(name);
  if (record !== undefined) return exportKey(record);
  if (name.startsWith('.') || name.startsWith('_')) return undefined;
  const parsed = tryPartName(name);
  return parsed instanceof BacktestExportError ? undefined : exportKey(parsed);
}

function isMarker(path: string): boolean {
  return rankOf(path) !== partRank;
}

/** The order of appearance: `_CHECK` first, the record of a conversion after the parts, `_SUCCESS` last. */
export function rankOf(path: string): number {
  const name = path.slice(folderPrefix(path).length);
  if (name === checkMarker) return 0;
  if (name === successMarker) return successRank;
  return parseRecordName(name) === undefined ? partRank : recordRank;
}

const partRank = 1;
const recordRank = 2;
const successRank = 3;
