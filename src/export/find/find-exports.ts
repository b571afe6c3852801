import { BacktestExportError } from '../../errors.ts';
import { assertOptions } from '../../options.ts';
import { quoteText } from '../../quote-text.ts';
import { isTableName } from '../../schema/schema.ts';
import { inParallel } from '../../storage/in-parallel.ts';
import { openBelow } from '../../storage/open-below.ts';
import { openStorage, toGuarded } from '../../storage/open-storage.ts';
import { ifThere } from '../../storage/storage-path.ts';
import type { S3Access } from '../../storage/s3/s3-access.ts';
import type { Storage, StorageEntry } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { classifyEntry } from '../entries/classify-entry.ts';
import type { ExportCatalog } from '../entries/export-catalog.ts';
import { listExports } from './list-exports.ts';

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
  const abortable = withSignal(root, signal);
  const folders: ExportFolder[] = [];
  const problems: { folder: string; error: BacktestExportError }[] = [];
  let searched = 0;
  let level = [''];
  for (let deep = 0; deep <= depth && level.length > 0; deep++) {
    searched += level.length;
    if (searched > maxFolders) throw tooMany(root.location, maxFolders);
    const below = await inParallel(level, mostAtOnce, async (folder): Promise<string[]> => {
      signal?.throwIfAborted();
      const entries = folder === '' ? await abortable.list('') : await ifThere(abortable.list(folder));
      if (entries === undefined) return [];
      if (hasExport(entries, folder)) await listOne(folder);
      return entries.filter(isSearched).map(({ path }) => path);
    });
    level = below.flat();
  }
  const byFolder = (one: { readonly folder: string }, other: { readonly folder: string }): number =>
    one.folder < other.folder ? -1 : 1;
  return {
    location: typeof location === 'string' ? location : root.location,
    folders: folders.sort(byFolder),
    problems: problems.sort(byFolder),
    tooDeep: level,
    searched,
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

function isSearched(entry: StorageEntry): boolean {
  const name = nameOf(entry);
  return entry.kind === 'folder' && !isTableFolder(entry) && !name.startsWith('.') && !name.startsWith('_');
}

function isTableFolder(entry: StorageEntry): boolean {
  return entry.kind === 'folder' && isTableName(nameOf(entry));
}

function nameOf({ path }: StorageEntry): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const mostAtOnce = 8;

function assertCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const problem = `findExports.${name}: expected a whole number from ${least}, found ${value}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

function tooMany(location: string, most: number): BacktestExportError {
  const problem = `expected at most ${most} folders below ${quoteText(location)}, found more; maxFolders raises it, or search a folder below`;
  return new BacktestExportError('READ_FAILED', problem);
}
