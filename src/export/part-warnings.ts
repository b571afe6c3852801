import { quoteText } from '../errors.ts';
import { joinList, quoteList } from '../quote-text.ts';
import type { NamedPart } from './classify-entry.ts';
import { count } from './describe.ts';
import type { ExportWarning, PartFile } from './export-catalog.ts';

/** Warnings about the parts of one table, or about parts whose table is undecided. Expects them sorted by number. */
export function findPartWarnings(parts: readonly PartFile[], what: string): ExportWarning[] {
  const warnings: ExportWarning[] = [];
  const empty = parts.filter(({ size }) => size === 0).map(({ path }) => path);
  if (empty.length > 0) {
    const message = `${count(empty.length, 'part')} of ${what} with zero bytes: ${quoteList(empty, 5)}`;
    warnings.push({ code: 'PART_EMPTY', message, paths: empty });
  }
  const missing = findGaps(parts);
  if (missing.length > 0) {
    const message = `missing part number in ${what}: ${joinList(missing.slice(0, 8), missing.length)}`;
    warnings.push({ code: 'PART_NUMBER_GAP', message, paths: [] });
  }
  const repeated = findRepeats(parts);
  if (repeated.length > 0) {
    const message = `duplicate part number in ${what}, so rows may count twice: ${quoteList(repeated, 5)}`;
    warnings.push({ code: 'PART_NUMBER_REPEATED', message, paths: repeated });
  }
  return warnings;
}

/** Warnings about where the parts of one export are and how they are stored. */
export function findPlaceWarnings(parts: readonly NamedPart[]): ExportWarning[] {
  const warnings: ExportWarning[] = [];
  const misplaced = parts
    .filter(({ part, folderTable }) => folderTable !== undefined && part.table !== folderTable)
    .map(({ part }) => part.path);
  if (misplaced.length > 0) {
    const message = `${count(misplaced.length, 'part')} in the folder of the other table: ${quoteList(misplaced, 5)}`;
    warnings.push({ code: 'TABLE_MISPLACED', message, paths: misplaced });
  }
  const names = new Map<string, string[]>();
  for (const { part, identity } of parts) {
    if (identity === undefined) continue;
    const known = names.get(identity);
    if (known === undefined) names.set(identity, [part.path]);
    else known.push(part.path);
  }
  const twice = [...names.values()].filter((paths) => paths.length > 1).flat();
  if (twice.length > 0) {
    const message = `one stored file has several names, so its rows would count twice: ${quoteList(twice, 5)}`;
    warnings.push({ code: 'PART_STORED_TWICE', message, paths: twice });
  }
  return warnings;
}

/** The warning about parts in two formats, or undefined. */
export function findFormatWarning(parts: readonly NamedPart[]): ExportWarning | undefined {
  const parquet = parts.find(({ part }) => part.format === 'PARQUET')?.part;
  const allCsv = parts.filter(({ part }) => part.format === 'CSV').map(({ part }) => part);
  const csv = allCsv.find(({ table }) => table === parquet?.table) ?? allCsv[0];
  if (csv === undefined || parquet === undefined) return undefined;
  const message = `CSV and Parquet parts of one export: ${quoteText(csv.path)} and ${quoteText(parquet.path)}`;
  return { code: 'FORMATS_MIXED', message, paths: [csv.path, parquet.path] };
}

/**
 * The missing numbers as `3` or `3 to 7`. Real exports count from 0; the documented form, of which none is public, may
 * count from 0 or 1. Missing parts at the end cannot be detected.
 */
export function findGaps(parts: readonly PartFile[]): string[] {
  const gaps: string[] = [];
  const first = parts[0];
  if (first === undefined) return gaps;
  let expected = first.number > 0 && parts.every(({ convention }) => convention === 'documented') ? 1 : 0;
  for (const { number } of parts) {
    if (number > expected) gaps.push(number - expected === 1 ? `${expected}` : `${expected} to ${number - 1}`);
    expected = Math.max(expected, number + 1);
  }
  return gaps;
}

function findRepeats(parts: readonly PartFile[]): string[] {
  return parts
    .filter(({ number }, i) => parts[i - 1]?.number === number || parts[i + 1]?.number === number)
    .map(({ path }) => path);
}
