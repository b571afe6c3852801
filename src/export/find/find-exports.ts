import { BacktestExportError } from '../../errors.ts';
import { assertOptions } from '../../options.ts';
import { openBelow } from '../../storage/open-below.ts';
import { toGuarded } from '../../storage/given-storage.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { S3Access } from '../../storage/s3/s3-access.ts';
import type { Storage, StorageEntry } from '../../storage/storage.ts';
import { classifyEntry } from '../entries/classify-entry.ts';
import type { ExportCatalog } from '../entries/export-catalog.ts';
import { listExports } from './list-exports.ts';
import { isTableFolder, walkFolders } from './walk-folders.ts';

/** Options of {@link findExports}. */
export interface FindExportsOptions {
  /** Levels of folders below the location that are searched; 0 is the location alone. Default 8. */
  readonly depth?: number;
  /** The most folders to list; more are refused. Default 10,000. */
  readonly maxFolders?: number;
  /** How to reach a location `s3://…`. */
  readonly s3?: S3Access;
  readonly signal?: AbortSignal;
}

/** A folder with exports. */
export interface ExportFolder {
  /** Its path below the location, `''` for the location itself. */
  readonly folder: string;
  readonly catalog: ExportCatalog;
}

/** The exports below a location. */
export interface ExportSearch {
  readonly location: string;
  /** The folders with exports, by path. */
  readonly folders: readonly ExportFolder[];
  /** Folders with exports that cannot be listed, and why; the search continues without them. */
  readonly problems: readonly { readonly folder: string; readonly error: BacktestExportError }[];
  /** Folders that lie too deep to be searched. */
  readonly tooDeep: readonly string[];
  /** How many folders were listed. */
  readonly searched: number;
}

/**
 * Finds every export in a folder and in the folders below it: by names and sizes only, as `listExports` does. Folders whose names
 * begin with a dot or an underscore, and links to folders, are not searched. Costs a listing of each folder, eight at a time, and
 * three more where there is an export.
 * @throws `READ_FAILED`, also for more folders than `maxFolders`; `FILE_NOT_FOUND`; as `listExports`
 */
export async function findExports(location: string | Storage, options: FindExportsOptions = {}): Promise<ExportSearch> {
  assertOptions('findExports', options, {
    depth: 'a number',
    maxFolders: 'a number',
    s3: 'an object',
    signal: 'an AbortSignal',
  });
  const { depth = 8, maxFolders = 10_000, s3, signal } = options;
  assertCount('depth', depth, 0);
  assertCount('maxFolders', maxFolders, 1);
  const root = typeof location === 'string' ? openStorage(location, { s3 }) : toGuarded('findExports', location);
  const folders: ExportFolder[] = [];
  const problems: { folder: string; error: BacktestExportError }[] = [];
  const walk = await walkFolders(root, { depth, maxFolders, signal }, async (folder, entries) => {
    if (hasExport(entries, folder)) await listOne(folder);
  });
  const byFolder = (one: { readonly folder: string }, other: { readonly folder: string }): number =>
    one.folder < other.folder ? -1 : 1;
  return {
    location: typeof location === 'string' ? location : root.location,
    folders: folders.sort(byFolder),
    problems: problems.sort(byFolder),
    ...walk,
  };

  async function listOne(folder: string): Promise<void> {
    try {
      const catalog = await listExports(openBelow(root, folder), signal === undefined ? {} : { signal });
      if (catalog.exports.length > 0) folders.push({ folder, catalog });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof BacktestExportError)) throw error;
      problems.push({ folder, error });
    }
  }
}

/** Whether there may be an export directly in a folder, or in its folders of tables. */
function hasExport(entries: readonly StorageEntry[], folder: string): boolean {
  const place = { path: folder, table: undefined };
  return entries.some((entry) => isTableFolder(entry) || classifyEntry(entry, place).kind === 'part');
}

function assertCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const problem = `findExports.${name}: expected a whole number from ${least}, found ${value}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}
