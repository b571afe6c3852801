import { BacktestExportError } from '../../errors.ts';
import { quoteText } from '../../quote-text.ts';
import { createFile } from '../../storage/create-file.ts';
import { openLatest, readLatest } from '../../storage/read-latest.ts';
import type { Storage } from '../../storage/storage.ts';
import { formatJournal, invalid, journalName, largestJournal, parseJournal, type Journal } from './journal.ts';

/** A journal and the version of its file. */
export interface FoundJournal {
  readonly journal: Journal;
  readonly version: string;
}

/**
 * Reads the journal of a folder, again if it is replaced meanwhile; undefined if there is none.
 * @throws `JOURNAL_INVALID`; what reading throws
 */
export async function readJournal(storage: Storage): Promise<FoundJournal | undefined> {
  const found = await readLatest(storage, journalName, largestJournal);
  if (found === undefined) return undefined;
  try {
    if (found.bytes === undefined) throw invalid(`expected at most ${largestJournal} bytes, found ${found.size}`);
    return { journal: parseJournal(linesOf(found.bytes)), version: found.version };
  } catch (error) {
    throw inFolder(error, storage);
  }
}

/** Adds the folder to an error about its journal. */
function inFolder(error: unknown, { location }: Storage): unknown {
  if (!(error instanceof BacktestExportError) || error.code !== 'JOURNAL_INVALID') return error;
  const { code, problem, position } = error;
  return new BacktestExportError(code, `in the folder ${quoteText(location)}, ${problem}`, { position });
}

/** The version of a folder's journal file, without reading it; undefined if there is none. */
export async function journalVersion(storage: Storage): Promise<string | undefined> {
  const file = await openLatest(storage, journalName);
  await file?.close();
  return file?.version;
}

/**
 * Writes a journal, complete and synced; with `overwrite` it replaces an existing one.
 * @throws `FILE_EXISTS` if another writer's journal exists; `WRITE_FAILED`
 */
export async function writeJournal(storage: Storage, journal: Journal, overwrite: boolean): Promise<void> {
  await writeTexts(storage, journalName, formatJournal(journal), overwrite);
}

/** Writes texts to a small file. @throws `FILE_EXISTS`, `WRITE_FAILED` */
export async function writeTexts(
  storage: Storage,
  path: string,
  texts: Iterable<string>,
  overwrite: boolean,
): Promise<void> {
  await createFile(storage, path, overwrite, async (file) => {
    let [held, written] = ['', 0];
    const write = async (): Promise<void> => {
      const bytes = encoder.encode(held);
      [held, written] = ['', written + bytes.length];
      if (written > largestJournal) {
        const problem = `expected a journal of at most ${largestJournal} bytes: too many files to publish together`;
        throw new BacktestExportError('WRITE_FAILED', problem, { position: { file: path } });
      }
      await file.write(bytes);
    };
    for (const text of texts) {
      held += text;
      if (held.length >= pieceLength) await write();
    }
    await write();
  });
}

const pieceLength = 256 * 1024;
const encoder = new TextEncoder();

/** Reads a small file; undefined if it does not exist, `''` if it is longer than `most`. @throws what reading throws */
export async function readSmall(storage: Storage, path: string, most: number): Promise<string | undefined> {
  const found = await readLatest(storage, path, most);
  return found === undefined ? undefined : new TextDecoder().decode(found.bytes);
}

/** Lines without their ends, decoded one by one, so that any other file is refused at its first line. */
function* linesOf(bytes: Uint8Array): Generator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(10, from);
    if (end < 0) throw invalid('expected a line end after its last line');
    if (end - from > longestLine) throw invalid(`expected lines of at most ${longestLine} bytes, found ${end - from}`);
    let line: string;
    try {
      line = decoder.decode(bytes.subarray(from, end));
    } catch {
      throw invalid('expected text in UTF-8');
    }
    yield line;
    from = end + 1;
  }
}

const longestLine = 4096;
