import { BacktestExportError, quoteText } from '../../errors.ts';
import { isSameExport, exportKey, type ExportIdentity } from '../../naming/export-identity.ts';
import type { Storage } from '../../storage/storage.ts';
import { ifThere } from '../../storage/storage-path.ts';
import { describeExport } from '../entries/describe.ts';
import type { FoundExport } from '../entries/export-catalog.ts';
import { listExports } from '../find/list-exports.ts';

/**
 * Finds the export of the same job and time, in either format, that a new one would replace; undefined without a job and
 * a time. Publishing checks again.
 * @throws `EXPORT_EXISTS` if it must not be replaced
 */
export async function findReplaced(
  storage: Storage,
  wanted: ExportIdentity,
  overwrite: boolean,
): Promise<FoundExport | undefined> {
  if (exportKey(wanted) === undefined) return undefined;
  const catalog = await ifThere(listExports(storage));
  const found = catalog?.exports.find((each) => isSameExport(each, wanted));
  if (found === undefined || overwrite) return found;
  const problem = `expected a folder without this export, found ${describeExport(found)} in ${quoteText(storage.location)}`;
  throw new BacktestExportError('EXPORT_EXISTS', problem);
}
