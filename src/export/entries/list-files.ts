import { BacktestExportError } from '../../errors.ts';
import { isSameExport } from '../../naming/export-identity.ts';
import { hasMember } from '../../describe-value.ts';
import { assertOptions, describeValue } from '../../options.ts';
import { byTable, isTableName, tableNames } from '../../schema/schema.ts';
import { openFiles } from '../../storage/open-files.ts';
import { isStorage, toGuarded, type OpenLocation } from '../../storage/given-storage.ts';
import { withSide } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import { namePart, tryPartName } from './classify-entry.ts';
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
  if (hasMember(given, 'catalog') || isStorage(given)) return false;
  return hasMember(given, 'forecastedValues') || hasMember(given, 'accuracyMetrics');
}

/** The two files as one export; headers decide the tables. Part names of one export give its job and time. */
export async function listFiles(
  files: ExportFiles,
  signal: AbortSignal | undefined,
  how: OpenLocation = {},
): Promise<ExportCatalog> {
  assertOptions('openExport', files, { forecastedValues: 'text', accuracyMetrics: 'text', storage: 'an object' });
  const { forecastedValues, accuracyMetrics } = files;
  const given = [forecastedValues, accuracyMetrics].filter((path) => path !== undefined);
  const wrong = given.find((path: unknown) => typeof path !== 'string' || path === '');
  if (wrong !== undefined || given.length === 0) {
    const problem = `expected the paths forecastedValues and accuracyMetrics, found ${describeValue(wrong)}`;
    throw new BacktestExportError('OPTION_INVALID', `openExport: ${problem}`);
  }
  const { storage, paths } =
    files.storage === undefined
      ? await openFiles(given, signal, how)
      : { storage: withSide(toGuarded('openExport.storage', files.storage), how.side), paths: given };
  const found: FoundExport[] = [];
  for (const path of paths) found.push(await findFile(storage, path, signal));
  const tables = forecastedValues === undefined ? tableNames.slice(1) : tableNames;
  const parts = found.flatMap((each, index) => {
    return partsOf(each).map((part): PartFile => ({ ...part, table: tables[index], number: 0 }));
  });
  const [one = unnamed, other = one] = found;
  const { jobName, exportedAt, exportedAtText } = isSameExport(one, other) ? one : unnamed;
  return catalogOf(storage, given.join(' and '), {
    ...unnamed,
    jobName,
    exportedAt,
    exportedAtText,
    formats: [...new Set(parts.map(({ format }) => format))],
    tables: byTable((table) => parts.filter((part) => part.table === table)),
  });
}

/** One file, given directly. It is opened once, to learn its size and to refuse anything but a file at once. */
export async function listFile(
  storage: Storage,
  path: string,
  location: string,
  signal: AbortSignal | undefined,
): Promise<ExportCatalog> {
  return catalogOf(storage, location, await findFile(storage, path, signal));
}

function catalogOf(storage: Storage, location: string, found: FoundExport): ExportCatalog {
  const nothing = { markers: [], ignored: [], foreign: [], hidden: [], warnings: [] };
  return { storage, location, layout: 'single-file', exports: [found], ...nothing };
}

/** Under a name that is no part's, a file is Parquet by its extension, otherwise text, whose reader checks the first bytes. */
async function findFile(storage: Storage, path: string, signal: AbortSignal | undefined): Promise<FoundExport> {
  const file = await withSignal(storage, signal).open(path);
  await file.close();
  const { size, version } = file;
  const pieces = path.split('/');
  const folderName = pieces.at(-2) ?? storage.folderName;
  const table = isTableName(folderName) ? folderName : undefined;
  const name = tryPartName(pieces.at(-1) ?? '');
  if (!(name instanceof BacktestExportError)) {
    const part = namePart({ path, size, version }, name, { path: pieces.slice(0, -1).join('/'), table });
    const [found] = groupParts([part], { layout: 'single-file', markers: [] });
    if (found !== undefined) return found;
  }
  const format = path.endsWith('.parquet') ? 'PARQUET' : 'CSV';
  const part: PartFile = { path, table, number: 0, size, version, format, convention: 'free' };
  return {
    ...unnamed,
    formats: [format],
    tables: byTable((each) => (each === table ? [part] : [])),
    undecided: table === undefined ? [part] : [],
  };
}

/** An export whose files have no part names. */
const unnamed: FoundExport = {
  jobName: undefined,
  exportedAt: undefined,
  exportedAtText: undefined,
  formats: [],
  tables: byTable(() => []),
  undecided: [],
  complete: false,
  warnings: [],
};
