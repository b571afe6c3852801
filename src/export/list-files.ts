import { BacktestExportError } from '../errors.ts';
import { isSameExport } from '../naming/export-identity.ts';
import { parsePartName } from '../naming/part-name.ts';
import { assertOptionNames, describeValue } from '../options.ts';
import { byTable, isTableName, type TableName } from '../schema/schema.ts';
import { openFiles } from '../storage/open-files.ts';
import { isStorage } from '../storage/open-storage.ts';
import type { Storage, StorageEntry } from '../storage/storage.ts';
import { withSignal } from '../storage/with-signal.ts';
import { namePart, type ListedFolder } from './classify-entry.ts';
import { partsOf, type ExportCatalog, type FoundExport, type PartFile } from './export-catalog.ts';
import { groupParts } from './group-parts.ts';

/** An export given by the file of each of its tables, under any names and in any folders. */
export interface ExportFiles {
  /** The file of forecasted-values: a path, or a path in `storage`. */
  readonly forecastedValues?: string;
  /** The file of accuracy-metrics-values. */
  readonly accuracyMetrics?: string;
  /** The storage of both files; without it, paths are local or in S3. */
  readonly storage?: Storage;
}

/** Whether a value is {@link ExportFiles}, not an opened export or a storage. */
export function isExportFiles(given: unknown): given is ExportFiles {
  if (typeof given !== 'object' || given === null || 'catalog' in given || isStorage(given)) return false;
  return 'forecastedValues' in given || 'accuracyMetrics' in given;
}

/** The two files as one export; headers decide the tables. Part names of one export give its job and time. */
export async function listFiles(files: ExportFiles, signal: AbortSignal | undefined): Promise<ExportCatalog> {
  assertOptionNames('openExport', files, { forecastedValues: true, accuracyMetrics: true, storage: true });
  const { forecastedValues, accuracyMetrics } = files;
  const given = [forecastedValues, accuracyMetrics].filter((path) => path !== undefined);
  const wrong = given.find((path: unknown) => typeof path !== 'string' || path === '');
  if (wrong !== undefined || given.length === 0) {
    const problem = `expected the paths forecastedValues and accuracyMetrics, found ${describeValue(wrong)}`;
    throw new BacktestExportError('OPTION_INVALID', `openExport: ${problem}`);
  }
  const { storage, paths } =
    files.storage === undefined ? await openFiles(given, signal) : { storage: files.storage, paths: given };
  const entries = { storage, signal, paths: [...paths] };
  const forecasts = forecastedValues === undefined ? [] : [await describePart(entries, 'forecasted-values')];
  const metrics = accuracyMetrics === undefined ? [] : [await describePart(entries, 'accuracy-metrics-values')];
  const parts = [...forecasts, ...metrics];
  const [one, other = one] = parts.map(({ found }) => found);
  const owner = one !== undefined && other !== undefined && isSameExport(one, other) ? one : undefined;
  return catalogOf(storage, given.join(' and '), {
    jobName: owner?.jobName,
    exportedAt: owner?.exportedAt,
    exportedAtText: owner?.exportedAtText,
    formats: [...new Set(parts.map(({ part }) => part.format))],
    tables: byTable((table) => parts.flatMap(({ part }) => (part.table === table ? [part] : []))),
    undecided: [],
    complete: false,
    warnings: [],
  });
}

interface NamedEntries {
  readonly storage: Storage;
  readonly signal: AbortSignal | undefined;
  /** The next one first. */
  readonly paths: string[];
}

async function describePart(
  { storage, signal, paths }: NamedEntries,
  table: TableName,
): Promise<{ readonly found: FoundExport; readonly part: PartFile }> {
  const path = paths.shift() ?? '';
  const { exports } = await listFile(storage, path, path, signal);
  const [found] = exports;
  const [part] = found === undefined ? [] : partsOf(found);
  if (found === undefined || part === undefined) throw new Error(`expected a part of ${path}`);
  return { found, part: { ...part, table, number: 0 } };
}

/** One file, given directly. It is opened once, to learn its size and to refuse anything but a file at once. */
export async function listFile(
  storage: Storage,
  path: string,
  location: string,
  signal: AbortSignal | undefined,
): Promise<ExportCatalog> {
  const file = await withSignal(storage, signal).open(path);
  await file.close();
  const pieces = path.split('/');
  const name = pieces.at(-1) ?? '';
  const folderName = pieces.at(-2) ?? storage.folderName;
  const folder = { path: pieces.slice(0, -1).join('/'), table: isTableName(folderName) ? folderName : undefined };
  const { size, version } = file;
  return catalogOf(storage, location, describeFile({ path, size, version }, name, folder));
}

function catalogOf(storage: Storage, location: string, found: FoundExport): ExportCatalog {
  const nothing = { markers: [], ignored: [], foreign: [], hidden: [], warnings: [] };
  return { storage, location, layout: 'single-file', exports: [found], ...nothing };
}

function describeFile(entry: Omit<StorageEntry, 'kind'>, name: string, folder: ListedFolder): FoundExport {
  try {
    const part = namePart(entry, parsePartName(name), folder);
    const [found] = groupParts([part], { layout: 'single-file', markers: [] });
    if (found !== undefined) return found;
  } catch (error) {
    if (!(error instanceof BacktestExportError)) throw error;
  }
  return describeFreeFile(entry, folder.table);
}

/** A file under any name: Parquet by its extension, otherwise text, whose reader checks the first bytes. */
function describeFreeFile(entry: Omit<StorageEntry, 'kind'>, table: TableName | undefined): FoundExport {
  const { path, size, version } = entry;
  const format = path.endsWith('.parquet') ? 'PARQUET' : 'CSV';
  const part: PartFile = { path, table, number: 0, size, version, format, convention: 'free' };
  return {
    jobName: undefined,
    exportedAt: undefined,
    exportedAtText: undefined,
    formats: [format],
    tables: byTable((name) => (name === table ? [part] : [])),
    undecided: table === undefined ? [part] : [],
    complete: false,
    warnings: [],
  };
}
