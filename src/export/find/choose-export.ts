import { BacktestExportError, quoteText } from '../../errors.ts';
import { isSameExport } from '../../naming/export-identity.ts';
import { joinList } from '../../quote-text.ts';
import { parseExportInstant } from '../../naming/export-timestamp.ts';
import type { OpenOptions } from './backtest-export.ts';
import { count, describeExport } from '../entries/describe.ts';
import type { ExportCatalog, FoundExport } from '../entries/export-catalog.ts';

/** Which of several exports to choose; times are compared to the second. */
export type ExportChoice = Pick<OpenOptions, 'jobName' | 'exportedAt'>;

/**
 * Chooses one export and never mixes two. `'latest'` chooses among the exports of one job: with several jobs in the
 * folder, `jobName` is required too.
 * @throws `EXPORT_NOT_FOUND`, listing what was found; `EXPORT_AMBIGUOUS`, naming the candidates; `EXPORT_MIXED_FORMATS`
 * if it has parts in both formats, since rows may count twice; `EXPORT_TIMESTAMP_INVALID` for an invalid time.
 */
export function chooseExport(catalog: ExportCatalog, choice: ExportChoice = {}): FoundExport {
  const { jobName, exportedAt } = choice;
  const ofJob = catalog.exports.filter((found) => jobName === undefined || found.jobName === jobName);
  const candidates = exportedAt === undefined ? ofJob : filterByTime(ofJob, exportedAt);
  const [found] = candidates;
  if (found === undefined) throw notFound(catalog, choice);
  if (candidates.length > 1) throw ambiguous(catalog, candidates, choice);
  if (found.formats.length > 1) throw mixedFormats(catalog, found);
  return found;
}

function filterByTime(candidates: readonly FoundExport[], exportedAt: string | Date): readonly FoundExport[] {
  if (exportedAt === 'latest') {
    const jobs = new Set(candidates.map(({ jobName }) => jobName));
    return jobs.size > 1 ? candidates : candidates.slice(-1);
  }
  const wanted = typeof exportedAt === 'string' ? parseExportInstant(exportedAt) : exportedAt;
  if (Number.isNaN(wanted.getTime())) {
    throw new BacktestExportError('EXPORT_TIMESTAMP_INVALID', 'exportedAt: expected a date, found an invalid Date');
  }
  return candidates.filter((found) => isSameExport(found, { jobName: found.jobName, exportedAt: wanted }));
}

function notFound(catalog: ExportCatalog, choice: ExportChoice): BacktestExportError {
  const place = quoteText(catalog.location);
  if (catalog.exports.length > 0) {
    const problem = `expected an export${describeChoice(choice)} in ${place}, found ${describeAll(catalog.exports)}`;
    return new BacktestExportError('EXPORT_NOT_FOUND', problem);
  }
  const { foreign, hidden, warnings } = catalog;
  const odd = warnings.map(({ message }) => `; ${message}`).join('');
  const tables = foreign.map(({ path }) => path).filter((path) => /\.(?:csv|parquet)$/i.test(path));
  const others = [
    ...(foreign.length === 0 ? [] : [count(foreign.length, 'unrelated item')]),
    ...(hidden.length === 0 ? [] : [`${count(hidden.length, 'hidden file')} of writers`]),
  ];
  const found = others.length === 0 ? 'none' : `only ${others.join(' and ')}`;
  const onlyHidden = foreign.length === 0 && hidden.length > 0;
  const advice = onlyHidden
    ? 'A writer is still running, or was killed before it published its files'
    : adviceFor(tables);
  const problem =
    `expected part files such as Forecasts_<job>_<timestamp>_part<N>.csv in ${place} or in its sub-folders ` +
    `forecasted-values and accuracy-metrics-values, found ${found}${odd}. ${advice}`;
  return new BacktestExportError('EXPORT_NOT_FOUND', problem);
}

/** How to read files with other names. */
function adviceFor(tables: readonly string[]): string {
  const [one, other] = tables.length === 2 ? tables : [];
  return (
    'To read files with other names, give one by its path, or the file of each table, as in ' +
    `openExport({ forecastedValues: ${quoteText(one ?? 'forecasts.csv')}, accuracyMetrics: ${quoteText(other ?? 'metrics.csv')} })`
  );
}

function ambiguous(
  catalog: ExportCatalog,
  candidates: readonly FoundExport[],
  choice: ExportChoice,
): BacktestExportError {
  const jobs = new Set(candidates.map(({ jobName }) => jobName)).size;
  const how = jobs > 1 ? 'the job by its name (jobName)' : `the time, or 'latest' (exportedAt)`;
  const also =
    jobs > 1 && candidates.length > jobs && choice.exportedAt === undefined ? ' and the time (exportedAt)' : '';
  const problem =
    `expected one export${describeChoice(choice)} in ${quoteText(catalog.location)}, ` +
    `found ${describeAll(candidates)}. Choose ${how}${also}`;
  return new BacktestExportError('EXPORT_AMBIGUOUS', problem);
}

function mixedFormats(catalog: ExportCatalog, found: FoundExport): BacktestExportError {
  const warning = found.warnings.find(({ code }) => code === 'FORMATS_MIXED');
  const problem =
    `expected parts of one format, found ${describeExport(found)} in ${quoteText(catalog.location)}: ` +
    `rows may count twice. ${warning?.message ?? ''}`;
  return new BacktestExportError('EXPORT_MIXED_FORMATS', problem.trim());
}

function describeChoice({ jobName, exportedAt }: ExportChoice): string {
  const job = jobName === undefined ? '' : ` of the job ${quoteText(jobName)}`;
  if (exportedAt === undefined) return job;
  return `${job} with exportedAt ${typeof exportedAt === 'string' ? quoteText(exportedAt) : exportedAt.toISOString()}`;
}

function describeAll(exports: readonly FoundExport[]): string {
  const shown = exports.slice(0, mostShown).map((found) => describeExport(found));
  return `${exports.length}: ${joinList(shown, exports.length)}`;
}

const mostShown = 10;
