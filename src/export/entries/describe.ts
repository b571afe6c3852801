import { quoteList, quoteText } from '../../quote-text.ts';
import { partsOf, type ExportWarning, type ExportWarningCode, type FoundExport } from './export-catalog.ts';

/** `1 part`, `2 parts`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** Describes one export: `job 'bike' of 2021-12-14T13-20-10Z (52 CSV parts)`. */
export function describeExport(found: FoundExport): string {
  const total = partsOf(found).length;
  const owner =
    found.jobName === undefined ? 'a single file' : `job ${quoteText(found.jobName)} of ${found.exportedAtText}`;
  return `${owner} (${count(total, `${found.formats.join(' and ')} part`)})`;
}

/** A warning whose message ends with the first five of the files concerned; none if there are no such files. */
export function warnAbout(code: ExportWarningCode, problem: string, paths: readonly string[]): ExportWarning[] {
  return paths.length === 0 ? [] : [{ code, message: `${problem}: ${quoteList(paths, 5)}`, paths }];
}
