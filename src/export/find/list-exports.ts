import { BacktestExportError } from '../../errors.ts';
import { quoteText } from '../../quote-text.ts';
import { assertOptions } from '../../options.ts';
import { isTableName } from '../../schema/schema.ts';
import { toGuarded, type OpenLocation, type StorageLocation } from '../../storage/given-storage.ts';
import { openAbove, openLocation, openStorage, withSide } from '../../storage/open-storage.ts';
import type { S3Access } from '../../storage/s3/s3-access.ts';
import { ifThere, isMissing } from '../../storage/storage-path.ts';
import type { Storage, StorageEntry } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { classifyEntry, NameMemo, type ListedFolder, type NamedPart } from '../entries/classify-entry.ts';
import { warnAbout } from '../entries/describe.ts';
import type { ExportCatalog, ExportWarning, ForeignEntry, HiddenFile } from '../entries/export-catalog.ts';
import { groupParts } from '../entries/group-parts.ts';
import { isExportFiles, listFile, listFiles, type ExportFiles } from '../entries/list-files.ts';
import { describeHidden } from '../swap/leftovers.ts';
import { viewSettled } from '../swap/settled-view.ts';

/** Options of {@link listExports}. */
export interface ListExportsOptions {
  /** One file of the given storage to list alone, under any name. Default: the whole folder. */
  readonly file?: string;
  /** Ends the listing, but not later use of the storage. */
  readonly signal?: AbortSignal;
  /** How to reach a location `s3://…`. */
  readonly s3?: S3Access;
}

/**
 * Finds every export at a location: the folder of an export job, a bare folder of parts, one file (under any name, if
 * it is the location itself), or the file of each table, under any names. Lists the folder and its two sub-folders
 * `forecasted-values` and `accuracy-metrics-values` by names and sizes only. Irregularities become warnings; an entry
 * that is not a part is listed as such. If a writer is replacing files, or ended while doing so, the complete side is
 * listed, with a warning. Costs one `stat` a file.
 * @throws `EXPORT_BUSY`, `JOURNAL_INVALID`, `FILE_NOT_FOUND`, `READ_FAILED`, `FORMAT_UNSUPPORTED` (an unsupported URL),
 * `OPTION_INVALID`, and for a single file `FILE_NOT_REGULAR` and `FILE_OUTSIDE_FOLDER`.
 */
export async function listExports(
  location: string | Storage | ExportFiles,
  options: ListExportsOptions = {},
): Promise<ExportCatalog> {
  assertOptions('listExports', options, { file: 'text', signal: 'an AbortSignal', s3: 'an object' });
  return listPlace(location, options, viewSettled);
}

/** {@link listExports} for what is to be read, by its side in errors of S3. */
export async function listFor(
  location: string | Storage | ExportFiles,
  options: { readonly signal?: AbortSignal } & OpenLocation,
): Promise<ExportCatalog> {
  return listPlace(location, options, viewSettled);
}

/** A catalog, and the problem that prevents knowing which of its files belong together, if any. */
export interface Survey {
  readonly catalog: ExportCatalog;
  /** `JOURNAL_INVALID`: the catalog lists the files as they are. */
  readonly problem: BacktestExportError | undefined;
}

/**
 * Like {@link listExports}, but lists a folder with a damaged swap journal too, for inspection only. @throws as
 * {@link listExports}, except `JOURNAL_INVALID`
 */
export async function surveyExports(
  location: string | Storage | ExportFiles,
  options: ListExportsOptions,
): Promise<Survey> {
  let problem: BacktestExportError | undefined;
  const catalog = await listPlace(location, options, async (storage, signal) => {
    problem = undefined;
    try {
      return await viewSettled(storage, signal);
    } catch (error) {
      if (!(error instanceof BacktestExportError) || error.code !== 'JOURNAL_INVALID') throw error;
      problem = error;
      return { storage, warnings: [], holds: () => Promise.resolve(true) };
    }
  });
  return { catalog, problem };
}

async function listPlace(
  location: string | Storage | ExportFiles,
  options: Pick<ListExportsOptions, 'file' | 'signal'> & OpenLocation,
  look: typeof viewSettled,
): Promise<ExportCatalog> {
  const { signal } = options;
  signal?.throwIfAborted();
  if (isExportFiles(location)) return listFiles(location, signal, options);
  if (typeof location !== 'string') {
    const storage = withSide(toGuarded('listExports', location, 'a path or a storage'), options.side);
    const { file } = options;
    return listSettled({ storage, file, location: file ?? storage.location }, look, signal);
  }
  const { storage, file } = await openLocation(location, signal, options).catch(async (error: unknown) => {
    const aside = isMissing(error) ? await findSetAside(openStorage(location, options), look, signal) : undefined;
    if (aside === undefined) throw error;
    return aside;
  });
  return listSettled({ storage, file, location }, look, signal);
}

/**
 * The folder and name of a local file that is missing only because a swap has set it aside, and is still to be read;
 * undefined for any other missing file. Costs three attempts to open a file.
 */
async function findSetAside(
  missing: Storage,
  look: typeof viewSettled,
  signal: AbortSignal | undefined,
): Promise<StorageLocation | undefined> {
  const folder = openAbove(missing);
  if (folder === undefined) return undefined;
  const view = await look(folder, signal);
  if (view.warnings.length === 0) return undefined;
  const file = await ifThere(withSignal(view.storage, signal).open(missing.folderName));
  await file?.close();
  return file === undefined ? undefined : { storage: folder, file: missing.folderName };
}

/** Lists the complete side of a swap, and starts again if a swap began or ended meanwhile. */
async function listSettled(
  { storage, file, location }: StorageLocation & { readonly location: string },
  look: typeof viewSettled,
  signal: AbortSignal | undefined,
): Promise<ExportCatalog> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const view = await look(storage, signal);
    try {
      const catalog = await (file === undefined
        ? listFolder(view.storage, location, signal)
        : listFile(view.storage, file, location, signal));
      if (await view.holds()) return { ...catalog, warnings: [...catalog.warnings, ...view.warnings] };
    } catch (error) {
      signal?.throwIfAborted();
      if (await view.holds()) throw error;
    }
  }
  const problem = `expected a stable folder, but files in ${quoteText(location)} were replaced ${mostAttempts} times while they were being listed`;
  throw new BacktestExportError('EXPORT_BUSY', problem);
}

const mostAttempts = 10;

async function listFolder(storage: Storage, location: string, signal: AbortSignal | undefined): Promise<ExportCatalog> {
  const abortable = withSignal(storage, signal);
  const rootEntries = await abortable.list('');
  const root: ListedFolder = { path: '', table: isTableName(storage.folderName) ? storage.folderName : undefined };
  const folders = rootEntries.filter(({ kind, path }) => kind === 'folder' && isTableName(path));
  const listing = new Listing();
  listing.add(
    rootEntries.filter((entry) => !folders.includes(entry)),
    root,
  );
  // both at once: over a network each takes as long as the other
  const lists = await Promise.all(folders.map(({ path }) => abortable.list(path)));
  for (const [index, { path }] of folders.entries()) {
    listing.add(lists[index] ?? [], { path, table: isTableName(path) ? path : undefined });
  }
  const layout = folders.length > 0 ? 'export-folder' : 'part-folder';
  const { markers, ignored, foreign, hidden } = listing;
  const exports = groupParts(listing.parts, { layout, markers });
  return { storage, location, layout, exports, markers, ignored, foreign, hidden, warnings: listing.warnings() };
}

/** Collects the entries of the listed folders. */
class Listing {
  readonly parts: NamedPart[] = [];
  readonly markers: string[] = [];
  readonly ignored: string[] = [];
  readonly foreign: ForeignEntry[] = [];
  readonly hidden: HiddenFile[] = [];
  readonly #irregular = new Set<string>();
  readonly #memo = new NameMemo();

  add(entries: readonly StorageEntry[], folder: ListedFolder): void {
    for (const entry of entries) {
      const found = classifyEntry(entry, folder, this.#memo);
      if (found.kind === 'part') this.parts.push(found.part);
      else if (found.kind === 'marker') this.markers.push(entry.path);
      else if ('reason' in found) {
        this.foreign.push({ path: entry.path, reason: found.reason });
        if (found.kind === 'irregular') this.#irregular.add(entry.path);
      } else this.#ignore(entry);
    }
  }

  #ignore(entry: StorageEntry): void {
    const hidden = describeHidden(entry);
    if (hidden === undefined) this.ignored.push(entry.path);
    else this.hidden.push(hidden);
  }

  warnings(): ExportWarning[] {
    const odd = 'not read, because not regular files below the folder despite their part names';
    const foreign = this.foreign.map(({ path }) => path).filter((path) => !this.#irregular.has(path));
    return [
      ...warnAbout('ENTRY_NOT_REGULAR', odd, [...this.#irregular]),
      ...warnAbout('FILE_FOREIGN', 'not read, because not named like parts', foreign),
    ];
  }
}
