import { quoteText } from '../errors.ts';
import type { FoundExport } from './export-catalog.ts';

/** `'a', 'b' and 3 more`: a few texts for a message, each shown safely. */
export function quoteSome(texts: readonly string[], most = 5): string {
  return joinSome(
    texts.slice(0, most).map((text) => quoteText(text)),
    texts.length,
  );
}

/** Joins the first few texts of `total`, and says how many are left out. */
export function joinSome(shown: readonly string[], total: number): string {
  const left = total - shown.length;
  return left > 0 ? `${shown.join(', ')} and ${left} more` : shown.join(', ');
}

/** `1 part`, `2 parts`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** One export in a few words: `job 'bike' of 2021-12-14T13-20-10Z (52 CSV parts)`. */
export function describeExport(found: FoundExport): string {
  const total = Object.values(found.tables).reduce((sum, parts) => sum + parts.length, found.undecided.length);
  const owner =
    found.jobName === undefined ? 'a single file' : `job ${quoteText(found.jobName)} of ${found.exportedAtText}`;
  return `${owner} (${count(total, `${found.formats.join(' and ')} part`)})`;
}
