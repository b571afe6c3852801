import { BacktestExportError, quoteText } from '../errors.ts';
import { given } from '../given.ts';
import { hasMember } from '../describe-value.ts';
import { describeValue } from '../options.ts';
import { isStorage } from '../storage/given-storage.ts';
import type { Side } from '../storage/s3/s3-ask.ts';
import type { Storage } from '../storage/storage.ts';
import type { BacktestExport, OpenOptions } from './find/backtest-export.ts';
import { isExportFiles, type ExportFiles } from './entries/list-files.ts';
import { openAs } from './open-export.ts';

/** What every function that reads an export accepts: an opened export or its location. */
export type ExportSource = BacktestExport | string | Storage | ExportFiles;

/**
 * The export itself, opened if given as a location. `signal` ends the opening unless `options` contain one; errors of S3
 * name the location by its `side`, if it has one.
 * @throws `OPTION_INVALID` for anything else, and for opening options of an open export; as `openExport`
 */
export async function openIfFolder(
  what: string,
  source: ExportSource,
  options: OpenOptions = {},
  signal?: AbortSignal,
  side?: Side,
): Promise<BacktestExport> {
  refuseIdleOptions(what, [source], options);
  return isOpen(what, source) ? source : openAs(side, source, { ...given({ signal }), ...options });
}

/** The same for several exports with common opening options; at least one of them must be a location. */
export async function openSources(
  what: string,
  sources: readonly ExportSource[],
  options: OpenOptions = {},
  signal?: AbortSignal,
): Promise<BacktestExport[]> {
  refuseIdleOptions(what, sources, options);
  const opened: BacktestExport[] = [];
  for (const source of sources) {
    opened.push(await openIfFolder(what, source, isOpen(what, source) ? {} : options, signal));
  }
  return opened;
}

/**
 * Refuses opening options if nothing is to be opened: they would have no effect.
 * @throws `OPTION_INVALID`; as {@link isOpen}
 */
export function refuseIdleOptions(what: string, sources: readonly ExportSource[], options: OpenOptions = {}): void {
  const idle = Object.entries(options).find(([, value]) => value !== undefined)?.[0];
  if (idle === undefined || !sources.every((source) => isOpen(what, source))) return;
  const is = sources.length === 1 ? 'the export is' : 'the exports are';
  const problem = `${what}.open: ${is} already open; give ${quoteText(idle, '')} to openExport`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/**
 * Whether a source is an opened export; otherwise it is a location.
 * @throws `OPTION_INVALID` for anything else
 */
export function isOpen(what: string, source: ExportSource): source is BacktestExport {
  const value: unknown = source;
  if (typeof value === 'string' || isStorage(value) || isExportFiles(value)) return false;
  const parts = ['catalog', 'forecastedValues', 'accuracyMetrics'];
  if (parts.every((name) => hasMember(value, name))) return true;
  const problem = `expected an export: a path, a storage, the file of each table, or an opened export, found ${describeValue(value)}`;
  throw new BacktestExportError('OPTION_INVALID', `${what}: ${problem}`);
}
