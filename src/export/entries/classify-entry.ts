import { BacktestExportError } from '../../errors.ts';
import { formatExportTimestamp } from '../../naming/export-timestamp.ts';
import { parsePartName, type PartName } from '../../naming/part-name.ts';
import type { TableName } from '../../schema/schema.ts';
import type { StorageEntry } from '../../storage/storage.ts';
import type { PartFile } from './export-catalog.ts';

/** A part file with the parsed fields of its name and what only the listing needs. */
export interface NamedPart extends Pick<PartName, 'jobName' | 'exportedAt'> {
  readonly part: PartFile;
  readonly exportedAtText: string;
  /** Its folder, `''` for the root. */
  readonly folder: string;
  /** The table that the folder is named after, if any. */
  readonly folderTable: TableName | undefined;
  readonly identity: string | undefined;
}

/** The classification of a folder's entry. */
export type EntryClass =
  | { readonly kind: 'part'; readonly part: NamedPart }
  | { readonly kind: 'marker' | 'ignored' }
  | { readonly kind: 'irregular' | 'foreign'; readonly reason: string };

/** A listed folder, `''` for the root. */
export interface ListedFolder {
  readonly path: string;
  /** The table it is named after, if any. */
  readonly table: TableName | undefined;
}

/**
 * Classifies an entry by its name and kind. A prefix decides table and job even in the other table's folder: two
 * folders may have been swapped, while no export with `part<N>` but without a prefix is known.
 */
export function classifyEntry(entry: StorageEntry, folder: ListedFolder, memo: NameMemo = new NameMemo()): EntryClass {
  const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
  if (entry.kind === 'file' && markers.has(name)) return { kind: 'marker' };
  if (name.startsWith('.') || name.startsWith('_') || name.endsWith('.crc')) return { kind: 'ignored' };
  const parsed = memo.parse(name);
  if (parsed instanceof BacktestExportError) {
    return { kind: 'foreign', reason: entry.kind === 'file' ? parsed.problem : kinds[entry.kind] };
  }
  if (entry.kind !== 'file') return { kind: 'irregular', reason: kinds[entry.kind] };
  return { kind: 'part', part: namePart(entry, parsed, folder) };
}

/** The marker of a complete export: an empty file that is written last. */
export const successMarker = '_SUCCESS';
/** The marker that is written first, also empty. */
export const checkMarker = '_CHECK';
const markers = new Set([checkMarker, successMarker]);
const kinds = {
  file: 'a file',
  folder: 'a folder',
  link: 'a symbolic link that does not lead to a regular file below the folder',
  other: 'neither a file nor a folder',
} as const;

/** Parses names that differ only in their unpadded part number once, which covers nearly all of 200,000 parts. */
export class NameMemo {
  readonly #known = new Map<string, PartName>();

  parse(name: string): PartName | BacktestExportError {
    const cut = name.lastIndexOf('_') + 1;
    const [, marker = '', digits = '', ending = ''] = /^(part)?(0|[1-9]\d{0,14})(\..+)$/.exec(name.slice(cut)) ?? [];
    if (digits === '') return tryPartName(name);
    const key = `${name.slice(0, cut)}${marker}${ending}`;
    const known = this.#known.get(key);
    if (known !== undefined) return { ...known, number: Number(digits) };
    const parsed = tryPartName(name);
    if (!(parsed instanceof BacktestExportError) && parsed.digits === 1) this.#known.set(key, parsed);
    return parsed;
  }
}

/** The fields of a part's name, or what is wrong with it (`PART_NAME_INVALID`). */
export function tryPartName(name: string): PartName | BacktestExportError {
  try {
    return parsePartName(name);
  } catch (error) {
    if (error instanceof BacktestExportError) return error;
    throw error;
  }
}

/** Combines a parsed name with the storage's entry. */
export function namePart(entry: Omit<StorageEntry, 'kind'>, name: PartName, folder: ListedFolder): NamedPart {
  const { path, size, version } = entry;
  const { number, format, convention, jobName, exportedAt } = name;
  return {
    part: { path, table: name.table ?? folder.table, number, size, version, format, convention },
    jobName,
    exportedAt,
    exportedAtText: formatExportTimestamp(exportedAt, name.offset),
    folder: folder.path,
    folderTable: folder.table,
    identity: entry.identity,
  };
}
