import type { OpenOptions } from '../export/find/backtest-export.ts';
import { partsOf, type ExportCatalog, type FoundExport } from '../export/entries/export-catalog.ts';
import type { ExportSearch } from '../export/find/find-exports.ts';
import { BacktestExportError } from '../errors.ts';
import { exportKey, secondOf } from '../naming/export-identity.ts';
import { parseExportInstant } from '../naming/export-timestamp.ts';
import { quoteText } from '../quote-text.ts';
import { placeExport } from './layout.ts';

/** An export and where it goes. */
export interface PlannedConversion {
  readonly catalog: ExportCatalog;
  readonly found: FoundExport;
  /** Its folder in the source, and in the destination. */
  readonly from: string;
  readonly to: string;
  readonly parts: number;
  readonly bytes: number;
}

/**
 * Decides where each export goes, before anything is written.
 * @throws `EXPORT_NOT_FOUND` for none; `DESTINATION_INVALID` where two would be written as one; `OPTION_INVALID` for a layout
 */
export function planConversions(search: ExportSearch, layout: string, choice: OpenOptions = {}): PlannedConversion[] {
  const all = search.folders.flatMap(({ folder, catalog }) =>
    catalog.exports.map((found) => ({ folder, catalog, found })),
  );
  const named = all.filter(({ found }) => found.jobName !== undefined && found.exportedAt !== undefined);
  const chosen = chooseSome(named, choice);
  if (chosen.length === 0 && search.problems.length === 0) throw noneFound(search, named.length, choice);
  const taken = new Map<string, PlannedConversion>();
  return chosen.map(({ folder, catalog, found }) => {
    const { jobName = '', exportedAt = new Date(0) } = found;
    const to = placeExport(layout, { jobName, exportedAt, folder });
    const parts = partsOf(found);
    const bytes = parts.reduce((sum, { size }) => sum + size, 0);
    const planned = { catalog, found, from: folder, to, parts: parts.length, bytes };
    const key = `${to}\n${exportKey(found)}`;
    const other = taken.get(key);
    if (other !== undefined) throw twice(other, planned);
    taken.set(key, planned);
    return planned;
  });
}

type Named = Pick<PlannedConversion, 'found' | 'catalog'> & { readonly folder: string };

/** Those of a job, and of a time; `latest` is the last one of each job. */
function chooseSome(all: readonly Named[], { jobName, exportedAt }: OpenOptions): readonly Named[] {
  const ofJob = all.filter(({ found }) => jobName === undefined || found.jobName === jobName);
  if (exportedAt === undefined) return ofJob;
  if (exportedAt !== 'latest') {
    const wanted = secondOf((typeof exportedAt === 'string' ? parseExportInstant(exportedAt) : exportedAt).getTime());
    return ofJob.filter(({ found }) => secondOf(timeOf(found)) === wanted);
  }
  const latest = new Map<string | undefined, number>();
  for (const { found } of ofJob) {
    latest.set(found.jobName, Math.max(timeOf(found), latest.get(found.jobName) ?? -Infinity));
  }
  return ofJob.filter(({ found }) => latest.get(found.jobName) === timeOf(found));
}

function timeOf({ exportedAt }: FoundExport): number {
  return exportedAt?.getTime() ?? Number.NaN;
}

function noneFound(search: ExportSearch, named: number, { jobName }: OpenOptions): BacktestExportError {
  const { location, searched, tooDeep } = search;
  const deep =
    tooDeep.length === 0
      ? ''
      : `; ${tooDeep.length} folders are too deep to be searched, such as ${quoteText(tooDeep[0] ?? '')}`;
  const which = named === 0 ? '' : ` among ${named} exports`;
  const job = jobName === undefined ? '' : ` of the job ${quoteText(jobName)}`;
  const problem = `expected exports${job} below ${quoteText(location)}, found none${which} in ${searched} folders${deep}`;
  return new BacktestExportError('EXPORT_NOT_FOUND', problem);
}

function twice(one: PlannedConversion, other: PlannedConversion): BacktestExportError {
  const [first, second] = [one, other].map(({ from, found }) => {
    return quoteText(`${from === '' ? '.' : from} (${found.formats.join(' and ')})`);
  });
  const { jobName, exportedAtText } = other.found;
  const problem =
    `the same export, ${quoteText(jobName ?? '')} of ${exportedAtText}, is in ${first} and ${second}, and both would be written to ` +
    `${quoteText(other.to === '' ? '.' : other.to)}; a layout with {path}, such as mirror, tells them apart`;
  return new BacktestExportError('DESTINATION_INVALID', problem);
}
