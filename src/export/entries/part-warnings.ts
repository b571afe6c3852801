import { quoteText } from '../../errors.ts';
import { joinList } from '../../quote-text.ts';
import type { NamedPart } from './classify-entry.ts';
import { count, warnAbout } from './describe.ts';
import type { ExportWarning, PartFile } from './export-catalog.ts';

/** Warnings about the parts of one table, or about parts whose table is undecided. Expects them sorted by number. */
export function findPartWarnings(parts: readonly PartFile[], what: string): ExportWarning[] {
  const empty = parts.filter(({ size }) => size === 0).map(({ path }) => path);
  const gaps = findGaps(parts);
  const gap = `missing part number in ${what}: ${joinList(gaps.slice(0, 8), gaps.length)}`;
  const repeated = `duplicate part number in ${what}, so rows may count twice`;
  return [
    ...warnAbout('PART_EMPTY', `${count(empty.length, 'part')} of ${what} with zero bytes`, empty),
    ...(gaps.length === 0 ? [] : [{ code: 'PART_NUMBER_GAP' as const, message: gap, paths: [] }]),
    ...warnAbout('PART_NUMBER_REPEATED', repeated, findRepeats(parts)),
  ];
}

/** Warnings about where the parts of one export are and how they are stored. */
export function findPlaceWarnings(parts: readonly NamedPart[]): ExportWarning[] {
  const misplaced = parts
    .filter(({ part, folderTable }) => folderTable !== undefined && part.table !== folderTable)
    .map(({ part }) => part.path);
  const names = new Map<string, string[]>();
  for (const { part, identity } of parts) {
    if (identity === undefined) continue;
    names.set(identity, [...(names.get(identity) ?? []), part.path]);
  }
  const twice = [...names.values()].filter((paths) => paths.length > 1).flat();
  return [
    ...warnAbout('TABLE_MISPLACED', `${count(misplaced.length, 'part')} in the folder of the other table`, misplaced),
    ...warnAbout('PART_STORED_TWICE', 'one stored file has several names, so its rows would count twice', twice),
  ];
}

/** The warning about parts in two formats, if so. */
export function findFormatWarning(parts: readonly NamedPart[]): ExportWarning[] {
  const parquet = parts.find(({ part }) => part.format === 'PARQUET')?.part;
  const allCsv = parts.filter(({ part }) => part.format === 'CSV').map(({ part }) => part);
  const csv = allCsv.find(({ table }) => table === parquet?.table) ?? allCsv[0];
  if (csv === undefined || parquet === undefined) return [];
  const message = `CSV and Parquet parts of one export: ${quoteText(csv.path)} and ${quoteText(parquet.path)}`;
  return [{ code: 'FORMATS_MIXED', message, paths: [csv.path, parquet.path] }];
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
