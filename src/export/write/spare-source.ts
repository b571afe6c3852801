import { BacktestExportError } from '../../errors.ts';
import { quoteText } from '../../quote-text.ts';
import { tableNames } from '../../schema/schema.ts';
import { fileIdentities } from '../../storage/file-identity.ts';
import { isWithin } from '../../storage/is-within.ts';
import type { Storage } from '../../storage/storage.ts';
import type { BacktestExport } from '../backtest-export.ts';
import type { FoundExport } from '../export-catalog.ts';
import { settleFolder } from '../swap/settle-folder.ts';
import { findReplaced } from './find-replaced.ts';

/** How to write a copy of a source. */
export interface CopyOptions {
  readonly overwrite: boolean;
  /** The known paths of the copy's files in the destination. */
  readonly targets: readonly string[];
}

/** Refuses to remove or replace files of a copy's source. @throws `DESTINATION_INVALID` */
export type SpareSource = (paths: readonly string[]) => Promise<void>;

/**
 * Ensures that a copy of `source`, under the same job and time, cannot harm it: neither the destination nor the two
 * folders written in it are the source's folder or below it, and no file to be replaced or removed belongs to the
 * source, by any path, link or bind mount. The folder of a single part may be written to. Then cleans up after dead
 * writers in the destination. Returns the file check, for the files that publishing will remove.
 * @throws `DESTINATION_INVALID`; `EXPORT_EXISTS` if there is an export that must not be replaced
 */
export async function assertCopyIsApart(
  source: BacktestExport,
  destination: Storage,
  { overwrite, targets }: CopyOptions,
): Promise<SpareSource> {
  if (source.layout !== 'single-file') await assertOtherFolder(source, destination);
  await settleFolder(destination);
  const { jobName, exportedAt } = source;
  const found =
    jobName === undefined || exportedAt === undefined
      ? undefined
      : await findReplaced(destination, { jobName, exportedAt, overwrite });
  const spare: SpareSource = (paths) => assertSpared(source, destination, paths);
  await spare([...targets, ...(found === undefined ? [] : partsOfFound(found))]);
  return spare;
}

async function assertSpared(source: BacktestExport, destination: Storage, touched: readonly string[]): Promise<void> {
  const found = await fileIdentities(destination, touched);
  if (found.size === 0) return;
  const own = new Map([...(await fileIdentities(source.storage, partsOf(source)))].map(([path, id]) => [id, path]));
  for (const [path, identity] of found) {
    const part = own.get(identity);
    if (part === undefined) continue;
    const [there, here] = [quoteText(destination.location), quoteText(source.location)];
    const problem = `expected a destination without files of the source ${here}, found ${quoteText(path)} in ${there}, which is its ${quoteText(part)}`;
    throw new BacktestExportError('DESTINATION_INVALID', problem);
  }
}

async function assertOtherFolder(source: BacktestExport, destination: Storage): Promise<void> {
  const read = ['', ...new Set(partsOf(source).map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))))];
  for (const folder of ['', ...tableNames]) {
    for (const other of read) {
      if (!(await isWithin({ storage: destination, folder }, { storage: source.storage, folder: other }))) continue;
      const place = quoteText(destination.location);
      const problem = `expected a destination outside of the source ${quoteText(source.location)}, found ${place}`;
      throw new BacktestExportError('DESTINATION_INVALID', problem);
    }
  }
}

function partsOf({ forecastedValues, accuracyMetrics }: BacktestExport): string[] {
  return [...forecastedValues.parts, ...accuracyMetrics.parts].map(({ path }) => path);
}

function partsOfFound({ tables, undecided }: FoundExport): string[] {
  return [...tableNames.flatMap((table) => tables[table]), ...undecided].map(({ path }) => path);
}
