import { BacktestExportError } from '../errors.ts';
import { describeValue } from '../options.ts';
import { isStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { BacktestExport, OpenOptions } from './backtest-export.ts';
import { isExportFiles, type ExportFiles } from './list-files.ts';
import { openExport } from './open-export.ts';

/** What every function that reads an export takes: one that is open, or its place. */
export type ExportSource = BacktestExport | string | Storage | ExportFiles;

/**
 * The export itself, opened where only its place is given; `options` say nothing of one that is open. `signal` ends the
 * opening where they have none.
 * @throws `OPTION_INVALID` for what is neither; what `openExport` throws
 */
export async function openIfFolder(
  what: string,
  source: ExportSource,
  options: OpenOptions = {},
  signal?: AbortSignal,
): Promise<BacktestExport> {
  if (isOpen(what, source)) return source;
  return openExport(source, signal === undefined ? options : { signal, ...options });
}

/**
 * Whether a source is an opened export; otherwise it is a place.
 * @throws `OPTION_INVALID` for what is neither
 */
export function isOpen(what: string, source: ExportSource): source is BacktestExport {
  const given: unknown = source;
  if (typeof given === 'string' || isStorage(given) || isExportFiles(given)) return false;
  if (typeof given === 'object' && given !== null) {
    if ('catalog' in given && 'forecastedValues' in given && 'accuracyMetrics' in given) return true;
  }
  const problem = `expected an export: a path, a storage, the file of each table, or what openExport answers, found ${describeValue(given)}`;
  throw new BacktestExportError('OPTION_INVALID', `${what}: ${problem}`);
}
