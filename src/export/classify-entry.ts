import { BacktestExportError } from '../errors.ts';
import { formatExportTimestamp } from '../naming/export-timestamp.ts';
import { parsePartName, type PartName } from '../naming/part-name.ts';
import type { TableName } from '../schema/schema.ts';
import type { StorageEntry } from '../storage/storage.ts';
import type { PartFile } from './export-catalog.ts';

/** A part file together with what its name says, and what only listing needs to know. */
export interface NamedPart {
  readonly part: PartFile;
  readonly jobName: string;
  readonly exportedAt: Date;
  readonly exportedAtText: string;
  /** The folder it lies in, `''` for the root. */
  readonly folder: string;
  /** The table that the folder is named for, if it is. */
  readonly folderTable: TableName | undefined;
  readonly identity: string | undefined;
}

/** What one thing in a folder is. */
export type EntryClass =
  | { readonly kind: 'part'; readonly part: NamedPart }
  | { readonly kind: 'marker' | 'ignored' }
  | { readonly kind: 'irregular' | 'foreign'; readonly reason: string };

/** A folder that is listed, `''` for the root. */
export interface ListedFolder {
  readonly path: string;
  /** The table it is named for, if it is. */
  readonly table: TableName | undefined;
}

/**
 * Tells by name and kind what an entry is. A prefix decides the table and the job even in the other table's folder,
 * since two folders may have been swapped, while no export without prefix but with `part<N>` has been seen.
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

/** The name without which an export may be incomplete: an empty file that is written last. */
export const successMarker = '_SUCCESS';
const markers = new Set(['_CHECK', successMarker]);
const kinds = {
  file: 'a file',
  folder: 'a folder',
  link: 'a symbolic link that leads to no regular file below the folder',
  other: 'neither file nor folder',
} as const;

/**
 * Names that differ in their number alone are taken apart once: of 200,000 parts nearly all are so. The number stands
 * without padding, as {@link parsePartName} gives it back.
 */
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

function tryPartName(name: string): PartName | BacktestExportError {
  try {
    return parsePartName(name);
  } catch (error) {
    if (error instanceof BacktestExportError) return error;
    throw error;
  }
}

/** Joins what a name says and what the storage knows. */
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
