import { BacktestExportError } from '../../errors.ts';
import { quoteText } from '../../quote-text.ts';
import { parseRecordName } from '../../naming/record-name.ts';
import { parsePartExtension } from '../../naming/part-extension.ts';
import type { Owner } from '../../storage/writer-identity.ts';
import { assertOutputPath, folderPrefix } from '../../storage/storage-path.ts';
import { isTemporaryName } from '../../storage/temporary-name.ts';
import { checkMarker, successMarker } from '../entries/classify-entry.ts';
import { isTableName } from '../../schema/schema.ts';

/** The changes of a swap, in order. */
export interface SwapPlan {
  readonly added: readonly AddedFile[];
  readonly replaced: readonly ReplacedFile[];
}

/**
 * The plan of a swap, stored in the folder during the swap. Until it is `committed` the old files are the export, under
 * whichever names they have; afterwards the new files are, all under their final names.
 */
export interface Journal extends SwapPlan {
  /** Random; part of the names of files that are set aside. */
  readonly id: string;
  readonly owner: Owner;
  /** When the swap began, in milliseconds since 1970 by its owner's clock. */
  readonly at: number;
  readonly state: 'started' | 'committed';
}

/** A new file that gets its final name. */
export interface AddedFile {
  readonly path: string;
  /** Its path until then. */
  readonly temporary: string;
  /** Bytes. */
  readonly size: number;
}

/** An old file that is set aside at {@link asidePath}. */
export interface ReplacedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Whether it is restored at the end: a marker that other exports in the folder need. */
  readonly kept: boolean;
}

/** In the parent of the tables' folders. Its existence is the lock. */
export const journalName = '.backtest-export-swap.jsonl';
/** The most bytes of a journal: about 400,000 files. */
export const largestJournal: number = 64 * 1024 * 1024;

/** The hidden path of the n-th replaced file during the swap, in the same folder. */
export function asidePath({ id }: Pick<Journal, 'id'>, { path }: ReplacedFile, index: number): string {
  return `${folderPrefix(path)}.backtest-export-${id}-${index}.old`;
}

/** Whether a name is from {@link asidePath}. */
export function isAsideName(name: string): boolean {
  return /^\.backtest-export-[\da-f-]{36}-\d{1,9}\.old$/.test(name);
}

/** Formats one line of JSON for the swap, then one for each file. */
export function* formatJournal({ id, owner, at, state, added, replaced }: Journal): Generator<string, void, undefined> {
  const counts = { added: added.length, replaced: replaced.length };
  yield `${JSON.stringify({ journal: 'backtest-export swap', version: 1, id, owner, at, state, ...counts })}\n`;
  for (const { path, temporary, size } of added) yield `${JSON.stringify(['added', path, temporary, size])}\n`;
  for (const { path, size, kept } of replaced) yield `${JSON.stringify([kept ? 'kept' : 'replaced', path, size])}\n`;
}

/**
 * The inverse of {@link formatJournal}. Accepts only parts and markers of the two tables and a writer's hidden names,
 * so that no journal can affect other files.
 * @throws `JOURNAL_INVALID`
 */
export function parseJournal(lines: Iterable<string>): Journal {
  let header: ReturnType<typeof parseHeader> | undefined;
  const added: AddedFile[] = [];
  const replaced: ReplacedFile[] = [];
  const paths = new Set<string>();
  let number = 0;
  for (const line of lines) {
    number += 1;
    const value = parseLine(line, number);
    if (header === undefined) header = parseHeader(value);
    else {
      const file = parseFile(value, number);
      const key = `${'temporary' in file ? 'added' : 'replaced'} ${file.path}`;
      if (paths.has(key)) throw invalid(`found ${quoteText(file.path)} more than once`, number);
      paths.add(key);
      if ('temporary' in file) added.push(file);
      else replaced.push(file);
    }
  }
  if (header === undefined) throw invalid('expected a line of JSON, found nothing', 1);
  const { counts, ...rest } = header;
  if (counts.added === added.length && counts.replaced === replaced.length) return { ...rest, added, replaced };
  throw invalid(
    `expected ${counts.added} added and ${counts.replaced} replaced files, found ${added.length} and ${replaced.length}`,
    number,
  );
}

/** The error for a journal that no writer can have written. */
export function invalid(found: string, line?: number): BacktestExportError {
  const problem = `the journal of a swap is damaged: ${found}`;
  const position = line === undefined ? { file: journalName } : { file: journalName, line };
  return new BacktestExportError('JOURNAL_INVALID', problem, { position });
}

/** Whether a swap may rename and remove a file at this path: only visible parts and markers in the right folders. */
export function canBeSwapped(path: string): boolean {
  const pieces = path.split('/');
  const [folder, name = ''] = pieces.length === 1 ? ['', pieces[0]] : pieces;
  if (pieces.length > 2 || (folder !== '' && !isTableName(folder))) return false;
  try {
    assertOutputPath(path);
  } catch {
    return false;
  }
  if (name === checkMarker || name === successMarker || parseRecordName(name) !== undefined) return true;
  return !name.startsWith('.') && parsePartExtension(name) !== undefined;
}

/** The folders in which a swap changes names. */
export function foldersOf({ added, replaced }: SwapPlan): string[] {
  return [...new Set([...added, ...replaced].map(({ path }) => folderPrefix(path).slice(0, -1)))];
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw invalid(`expected a line of JSON, found ${quoteText(line)}`, number);
  }
}

function parseHeader(value: unknown): Omit<Journal, keyof SwapPlan> & {
  readonly counts: { readonly added: number; readonly replaced: number };
} {
  const { journal, version, id, owner, at, state, added, replaced } = membersOf(value);
  if (journal !== 'backtest-export swap' || version !== 1)
    throw invalid('expected the journal of a swap, version 1', 1);
  if (typeof id !== 'string' || !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) throw invalid('its id', 1);
  if (!isCount(at)) throw invalid('its time', 1);
  if (state !== 'started' && state !== 'committed') throw invalid('its state', 1);
  if (!isCount(added) || !isCount(replaced)) throw invalid('its counts', 1);
  return { id, owner: parseOwner(owner), at, state, counts: { added, replaced } };
}

/** @throws `JOURNAL_INVALID` */
export function parseOwner(value: unknown): Owner {
  const { host, pid, start, run } = membersOf(value);
  const isWhole = isCount(pid) && pid > 0 && pid < 2 ** 31;
  if (isShort(host) && isWhole && isShort(start) && isShort(run)) return { host, pid, start, run };
  throw invalid('its owner', 1);
}

function parseFile(value: unknown, line: number): AddedFile | ReplacedFile {
  const [kind, path, third, fourth] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof path !== 'string' || !canBeSwapped(path)) {
    throw invalid(`expected a part or marker of one of the tables, found ${quoteText(String(path))}`, line);
  }
  if (kind === 'added' && typeof third === 'string' && isCount(fourth)) {
    const name = third.slice(folderPrefix(path).length);
    if (third.startsWith(folderPrefix(path)) && isTemporaryName(name)) return { path, temporary: third, size: fourth };
    throw invalid(`expected a temporary name beside ${quoteText(path)}, found ${quoteText(third)}`, line);
  }
  if ((kind === 'replaced' || kind === 'kept') && isCount(third)) return { path, size: third, kept: kind === 'kept' };
  throw invalid('expected an added, a replaced or a kept file', line);
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 64;
}
