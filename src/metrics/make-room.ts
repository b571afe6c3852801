import type { BacktestExport } from '../export/find/backtest-export.ts';
import { createTemporaryStorage } from '../storage/temporary.ts';
import type { TemporaryStorage } from '../storage/temporary-storage.ts';
import type { SummarizeOptions } from './summarize-options.ts';

/**
 * A folder for groups that are held and may need more than memory; undefined where the export is small, or there is no folder:
 * then memory must do. By default it is in the system's folder for temporary files.
 */
export async function makeRoom(
  source: BacktestExport,
  { by = [] }: Pick<SummarizeOptions, 'by'>,
  temporaryFolder?: string,
): Promise<TemporaryStorage | undefined> {
  const { bytes, exists } = source.forecastedValues;
  const isFew =
    by.every((name) => name === 'window' || name === 'step') || (source.format === 'CSV' && bytes < smallBytes);
  if (!exists || isFew) return undefined;
  return createTemporaryStorage(temporaryFolder).catch(() => undefined);
}

/** The groups of less text than this fit into memory. */
const smallBytes = 4 * 1024 * 1024;
