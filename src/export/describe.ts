import { quoteText } from '../errors.ts';
import { partsOf, type FoundExport } from './export-catalog.ts';

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
