import { BacktestExportError } from '../../errors.ts';
import { quoteText } from '../../quote-text.ts';
import { tableNames } from '../../schema/schema.ts';
import { fileIdentities } from '../../storage/file-identity.ts';
import { isWithin } from '../../storage/is-within.ts';
import type { Storage } from '../../storage/storage.ts';
import type { BacktestExport } from '../find/backtest-export.ts';

/**
 * Refuses to remove or replace files of a copy's source, through any path, link or bind mount.
 * @throws `DESTINATION_INVALID`
 */
export async function assertSpared(
  source: BacktestExport,
  destination: Storage,
  touched: readonly string[],
): Promise<void> {
  const found = await fileIdentities(destination, touched);
  if (found.size === 0) return;
  const own = new Map([...(await fileIdentities(source.storage, sourcePaths(source)))].map(([path, id]) => [id, path]));
  for (const [path, identity] of found) {
    const part = own.get(identity);
    if (part === undefined) continue;
    const [there, here] = [quoteText(destination.location), quoteText(source.location)];
    const problem = `expected a destination without files of the source ${here}, found ${quoteText(path)} in ${there}, which is its ${quoteText(part)}`;
    throw new BacktestExportError('DESTINATION_INVALID', problem);
  }
}

/**
 * Ensures that neither a copy's destination nor the two folders written in it are the source's folder or below it. The
 * folder of a single part may be written to.
 * @throws `DESTINATION_INVALID`
 */
export async function assertOtherFolder(source: BacktestExport, destination: Storage): Promise<void> {
  if (source.layout === 'single-file') return;
  const read = ['', ...new Set(sourcePaths(source).map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))))];
  for (const folder of ['', ...tableNames]) {
    for (const other of read) {
      if (!(await isWithin({ storage: destination, folder }, { storage: source.storage, folder: other }))) continue;
      const place = quoteText(destination.location);
      const problem = `expected a destination outside of the source ${quoteText(source.location)}, found ${place}`;
      throw new BacktestExportError('DESTINATION_INVALID', problem);
    }
  }
}

function sourcePaths({ forecastedValues, accuracyMetrics }: BacktestExport): string[] {
  return [...forecastedValues.parts, ...accuracyMetrics.parts].map(({ path }) => path);
}
