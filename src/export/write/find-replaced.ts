import { BacktestExportError, quoteText } from '../../errors.ts';
import { isSameExport } from '../../naming/export-identity.ts';
import type { Storage } from '../../storage/storage.ts';
import { ifThere } from '../../storage/storage-path.ts';
import { describeExport } from '../describe.ts';
import type { FoundExport } from '../export-catalog.ts';
import { listExports } from '../list-exports.ts';

/** The export to be written. */
export interface NewExport {
  readonly jobName: string;
  readonly exportedAt: Date;
  readonly overwrite: boolean;
}

/**
 * Finds the export of the same job and time, in either format, that a new one would replace. Publishing checks again.
 * @throws `EXPORT_EXISTS` if it must not be replaced
 */
export async function findReplaced(storage: Storage, wanted: NewExport): Promise<FoundExport | undefined> {
  const catalog = await ifThere(listExports(storage));
  const found = catalog?.exports.find((each) => isSameExport(each, wanted));
  if (found === undefined || wanted.overwrite) return found;
  const problem = `expected a folder without this export, found ${describeExport(found)} in ${quoteText(storage.location)}`;
  throw new BacktestExportError('EXPORT_EXISTS', problem);
}
